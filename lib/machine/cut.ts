import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EndsWith, Sentences } from './child.ts';
import { inScope } from './paths.ts';
import { type Settling, settle } from './settling.ts';
import { CONFIRMED, VERIFIED_AGAIN } from './shard-work.ts';
import { type Caught, shardBuilder } from './shards.ts';
import type { TaskBuilder } from './task.ts';
import { undoBuilder } from './undo.ts';
import type { PhaseStates } from './waves.ts';

/** The phase of the cut: its states by their names. */
export const cut: PhaseStates = {
  phase: 'cut',
  what: 'the cut',
  after: 'overlap',
  tolerant: true,
  names: {
    waves: 'Deactivate wave by wave',
    open: 'Open the cut',
    notOpen: 'Cut not opened',
    scopes: 'Deactivate scope by scope',
    judge: 'Judge the wave',
    anyHalted: 'Every scope confirmed?',
    well: 'Wave confirmed',
    because: 'Wave halted',
    halted: 'Halted while deactivating',
  },
};

const { at, carry } = inScope;

/** The names of a cut's states. */
type CutNames = { verifyAgain: string; deactivate: string; confirm: string };
/**
 * Builds one scope's cut: a last look at the leaves that clients run on, the cut, and its confirmation. The
 * confirmation is also returned by itself. A halt goes to `caught`; otherwise it goes on to `confirmed`.
 */
export function cutBuilder(scope: Construct, task: TaskBuilder) {
  return (confirmed: IChainable, names: CutNames, caught: Caught, settling?: Settling) => {
    const verifyAgain = task(names.verifyAgain, 'verify', {
      payload: {
        ...carry('execution', 'evidence', 'plan', 'lease', 'clients', 'begin'),
        moment: 'beforeCut',
      },
      resultPath: at('verification'),
      caught,
    });
    const deactivate = task(names.deactivate, 'deactivate', { resultPath: at('deactivation'), caught });
    const confirm = task(names.confirm, 'confirm', { resultPath: at('confirmation'), caught });
    confirm.next(settling ? settle(scope, settling, { look: confirm, next: confirmed }) : confirmed);
    return { cut: verifyAgain.next(deactivate).next(confirm), confirm };
  };
}

/**
 * Builds the same for a scope with too many clients for one function. Each shard is looked at, there is one
 * cut, and each shard is looked at again.
 */
export function cutOfManyBuilder(scope: Construct, task: TaskBuilder) {
  const shards = shardBuilder(scope, task);
  return (
    confirmed: IChainable,
    { deactivate, when }: { deactivate: string; when: string },
    caught: Caught,
    settling?: Settling,
  ) => {
    const cutAnchors = task(deactivate, 'deactivate', { resultPath: at('deactivation'), caught });
    const confirm = shards(CONFIRMED, when, caught, confirmed, settling);
    return shards(VERIFIED_AGAIN, ` again${when}`, caught, cutAnchors.next(confirm));
  };
}

/** One scope's deactivation, with its confirmation or its undo. */
export const cutScope =
  (scope: Construct, task: TaskBuilder) =>
  (ends: EndsWith): Sentences => {
    const undoTheCut = undoBuilder(scope, task)(
      ends,
      {
        undo: 'Undo the cut',
        anyBack: 'Anything put back?',
        anyCut: 'Anything cut?',
        prove: 'Prove the undo',
        stands: 'Cut stands?',
      },
      {
        nothingCut: 'Scope halted',
        stands: 'Scope halted, cut stands',
        undone: 'Scope halted and undone',
        unproven: 'Scope halted, undo unproven',
        notUndone: 'Scope halted and not undone',
      },
    );
    const names = {
      verifyAgain: 'Verify again before the cut',
      deactivate: 'Deactivate retiring anchors',
      confirm: 'Confirm',
    };
    const caught = { by: undoTheCut, path: at('halt') };
    const confirmed = ends('Scope confirmed', 'confirmed');
    const settling = { what: 'the cut', result: 'confirmation' } as const;
    const many = { deactivate: 'Deactivate for many', when: '' };
    return {
      few: cutBuilder(scope, task)(confirmed, names, caught, settling).cut,
      many: cutOfManyBuilder(scope, task)(confirmed, many, caught, { ...settling, what: 'the cut of many' }),
    };
  };
