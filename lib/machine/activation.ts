import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EndsWith, Sentences } from './child.ts';
import { inScope } from './paths.ts';
import { settle } from './settling.ts';
import { VERIFIED } from './shard-work.ts';
import { shardBuilder } from './shards.ts';
import type { TaskBuilder } from './task.ts';
import { undoBuilder } from './undo.ts';
import type { PhaseStates } from './waves.ts';

/** The phase of the overlap: its states by their names. */
export const overlap: PhaseStates = {
  phase: 'overlap',
  what: 'the overlap',
  tolerant: true,
  names: {
    waves: 'Activate wave by wave',
    open: 'Open the overlap',
    notOpen: 'Overlap not opened',
    scopes: 'Activate scope by scope',
    judge: 'Judge the overlap',
    anyHalted: 'Every scope proven?',
    well: 'Wave proven',
    because: 'Wave not proven',
    halted: 'Halted while activating',
  },
};

const { at, carry } = inScope;

/** The overlap in one scope: the new anchors are activated beside the old ones and proven. */
export const activateScope =
  (scope: Construct, task: TaskBuilder) =>
  (ends: EndsWith): Sentences => {
    // A run that has to confirm an earlier run's cut may find that clients do not get in. Then it undoes that
    // cut here.
    const undoAnEarlierCut = undoBuilder(scope, task)(
      ends,
      {
        undo: 'Undo an earlier cut',
        anyBack: 'Anything of it put back?',
        anyCut: 'Anything cut earlier?',
        prove: 'Prove the earlier undo',
        stands: 'Earlier cut stands?',
      },
      {
        nothingCut: 'Scope not proven',
        stands: 'Earlier cut stands',
        undone: 'Earlier cut undone',
        unproven: 'Earlier cut undone, unproven',
        notUndone: 'Earlier cut not undone',
      },
    );
    const caught = { by: undoAnEarlierCut, path: at('halt') };
    const lookFirst = task('Look who is outside', 'verify', {
      payload: { ...carry('execution', 'evidence', 'plan', 'lease'), moment: 'beforehand' },
      resultPath: at('begin.beforehand'),
      caught,
    });
    const activateNewAnchors = task('Activate new anchors', 'activate', {
      resultPath: at('activation'),
      caught,
    });
    const verifyNewAnchors = task('Verify new anchors', 'verify', {
      resultPath: at('verification'),
      caught,
    });
    const proven = ends('Scope proven', 'proven', {
      provenAt: JsonPath.stringAt(at('verification.provenAt')),
      outside: JsonPath.listAt(at('verification.outside')),
    });
    const activateForMany = task('Activate for many', 'activate', {
      resultPath: at('activation'),
      caught,
    });
    const settling = { what: 'the activation', result: 'verification' } as const;
    const heard = settle(scope, settling, { look: verifyNewAnchors, next: proven });
    const settlingForMany = { ...settling, what: `${settling.what} for many` };
    const verifyShards = shardBuilder(scope, task)(VERIFIED, '', caught, proven, settlingForMany);
    return {
      few: activateNewAnchors.next(verifyNewAnchors).next(heard),
      many: activateForMany.next(verifyShards),
      first: (goesOn) => lookFirst.next(goesOn),
    };
  };
