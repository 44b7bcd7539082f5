import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EndsWith } from './child.ts';
import { inScope } from './paths.ts';
import type { TaskBuilder } from './task.ts';
import { undoBuilder } from './undo.ts';
import type { PhaseStates } from './waves.ts';

/** The cut in every scope: its states by their names. */
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

/** The states of a cut, by their names. */
type CutNames = { verifyAgain: string; deactivate: string; confirm: string; confirmed: string };

/** One scope's cut: a last look at who runs on what, the cut, and its confirmation. A halt goes to `caught`. */
export function cutBuilder(task: TaskBuilder) {
  return (ends: EndsWith, names: CutNames, caught: { by: IChainable; path: string }) => {
    const verifyAgain = task(names.verifyAgain, 'verify', {
      payload: {
        ...carry('execution', 'evidence', 'plan', 'lease', 'clients'),
        moment: 'beforeCut',
      },
      resultPath: at('verification'),
      caught,
    });
    const deactivate = task(names.deactivate, 'deactivate', { resultPath: at('deactivation'), caught });
    const confirm = task(names.confirm, 'confirm', { resultPath: at('confirmation'), caught });
    return verifyAgain.next(deactivate).next(confirm).next(ends(names.confirmed, 'confirmed'));
  };
}

/** The cut: one scope's deactivation with its confirmation or its undo. */
export const cutScope =
  (scope: Construct, task: TaskBuilder) =>
  (ends: EndsWith): IChainable => {
    const undoTheCut = undoBuilder(scope, task)(
      ends,
      { undo: 'Undo the cut', anyCut: 'Anything cut?', prove: 'Prove the undo' },
      {
        nothingCut: 'Scope halted',
        undone: 'Scope halted and undone',
        unproven: 'Scope halted, undo unproven',
        notUndone: 'Scope halted and not undone',
      },
    );
    const names = {
      verifyAgain: 'Verify again before the cut',
      deactivate: 'Deactivate retiring anchors',
      confirm: 'Confirm',
      confirmed: 'Scope confirmed',
    };
    return cutBuilder(task)(ends, names, { by: undoTheCut, path: at('halt') });
  };
