import { Choice, Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EndsWith, Sentences } from './child.ts';
import { cutBuilder, cutOfManyBuilder } from './cut.ts';
import { inScope } from './paths.ts';
import { PROMOTED, VERIFIED } from './shard-work.ts';
import { moveWhoIsProven, shardBuilder } from './shards.ts';
import type { TaskBuilder } from './task.ts';
import { undoBuilder } from './undo.ts';
import type { PhaseStates } from './waves.ts';

/** The phase of scopes that go the whole way by themselves: its states by their names. */
export const wholeWay: PhaseStates = {
  phase: 'cut',
  what: 'the whole way',
  // No wave comes after it, so nothing has to be tolerated.
  tolerant: false,
  names: {
    waves: 'Every scope by itself',
    open: 'Open everything',
    notOpen: 'Nothing opened',
    scopes: 'At once',
    judge: 'Judge what went by itself',
    anyHalted: 'Every scope safe?',
    well: 'Every scope confirmed',
    because: 'Not every scope confirmed',
    halted: 'Halted by themselves',
  },
};

/**
 * One scope's whole way from its activation to its confirmation, without waiting for other scopes. An
 * emergency does this, and every later run that takes up what it left (I16). Nothing soaks, and no scope
 * keeps a place by waiting.
 */
export const goByItself =
  (scope: Construct, task: TaskBuilder) =>
  (ends: EndsWith): Sentences => {
    const { at } = inScope;
    const soonOver: TaskBuilder = (name, step, props) => task(name, step, { ...props, patience: 'seconds' });
    // Clients that a scope has proven are moved before it halts for the others: a compromised anchor may
    // expire before the others are ready (I17).
    const promoteProven = (halted: IChainable) => moveWhoIsProven(scope, soonOver, halted);
    const undo = undoBuilder(scope, task, 'seconds')(
      ends,
      {
        undo: 'Undo at once',
        anyBack: 'Anything put back at once?',
        anyCut: 'Anything cut at once?',
        prove: 'Prove the undo at once',
        stands: 'Cut stands at once?',
      },
      {
        nothingCut: 'Halted by itself',
        stands: 'Halted by itself, cut stands',
        undone: 'Halted by itself and undone',
        unproven: 'Halted by itself, undo unproven',
        notUndone: 'Halted by itself and not undone',
      },
      promoteProven,
    );
    const caught = { by: undo, path: at('halt') };
    const activate = soonOver('Activate at once', 'activate', { resultPath: at('activation'), caught });
    const verify = soonOver('Verify at once', 'verify', {
      resultPath: at('verification'),
      caught,
    });
    const promote = soonOver('Promote its clients', 'promote-scope', { resultPath: at('promotion'), caught });
    const confirmed = ends('Confirmed by itself', 'confirmed');
    const names = {
      verifyAgain: 'Verify again at once',
      deactivate: 'Deactivate at once',
      confirm: 'Confirm at once',
    };
    /**
     * When a scope's own listing shows nothing to cut, the scope is over, or only confirms what the
     * organization has left to it.
     */
    const orNothing = (name: string, goesOn: IChainable, confirms: IChainable) => {
      // The functions of an older deployment do not return `remains`. The Choice then fails, so nothing is
      // cut.
      const remains = (what: string) => Condition.stringEquals(at('activation.remains'), what);
      return new Choice(scope, name)
        .when(remains('nothing'), confirmed)
        .when(remains('confirmation'), confirms)
        .otherwise(goesOn);
    };
    const { cut, confirm } = cutBuilder(scope, soonOver)(confirmed, names, caught);
    const few = activate.next(orNothing('Anything to cut here?', verify.next(promote).next(cut), confirm));
    const activateForMany = soonOver('Activate for many at once', 'activate', {
      resultPath: at('activation'),
      caught,
    });
    const when = ' at once';
    const shards = shardBuilder(scope, soonOver);
    const deactivate = 'Deactivate for many at once';
    const cutOfMany = cutOfManyBuilder(scope, soonOver)(confirmed, { deactivate, when }, caught);
    const promoteShards = shards(PROMOTED, when, caught, cutOfMany);
    const verifyShards = shards(VERIFIED, when, caught, promoteShards);
    // Each shard's work carries the result of the cut. So Deactivate runs here as well; it makes no cut, and
    // only tells that there was none to make.
    const many = activateForMany.next(orNothing('Anything to cut for many here?', verifyShards, cutOfMany));
    return { few, many };
  };
