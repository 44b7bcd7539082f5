import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JsonPath,
  Pass,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inDocument, theRequest } from './paths.ts';
import type { Patience } from './retries.ts';
import type { TaskBuilder } from './task.ts';

/** Adds to a halt's cause what went wrong after it. The halt keeps its own name. */
function alsoHalted(
  scope: Construct,
  name: string,
  { words, by }: { words: string; by: 'restoreHalt' | 'promotionHalt' | 'takenBackHalt' },
): Pass {
  const { at } = inDocument;
  const told = (path: Parameters<typeof at>[0]) => JsonPath.stringAt(at(path));
  return new Pass(scope, name, {
    parameters: {
      Error: told('halt.Error'),
      Cause: JsonPath.format(
        `{}; ${words}: {}: {}`,
        ...[told('halt.Cause'), told(`${by}.Error`), told(`${by}.Cause`)],
      ),
    },
    resultPath: at('halt'),
  });
}

/** Where a halting run or scope goes on when it could not move all clients that it has proven. */
export const notAllPromoted = (scope: Construct, name = 'Not all promoted who are proven'): Pass =>
  alsoHalted(scope, name, {
    words: 'who is proven could not be moved',
    by: 'promotionHalt',
  });

/**
 * Where a halting run goes that goes wave by wave. When its overlap let a witness in, the successor is
 * deactivated in every scope where it was activated: a filter belongs to the anchor (F16). It comes after
 * restoring clients, because clients that may be outside matter more than strangers that may get in (I10).
 */
function takeBackEverywhere(scope: Construct, task: TaskBuilder, goesOn: IChainable): IChainable {
  const { at, carry } = inDocument;
  const notEverywhere = alsoHalted(scope, 'Not taken back everywhere', {
    words:
      'what lets in who has to stay out could not be taken back in every scope where this run has activated it',
    by: 'takenBackHalt',
  });
  notEverywhere.next(goesOn);
  const takeBack = task('Take back everywhere', 'undo', {
    payload: { ...carry('execution', 'plan'), halt: { Error: 'TrustWidened', Cause: '' }, everywhere: true },
    resultPath: at('takenBack'),
    caught: { by: notEverywhere, path: at('takenBackHalt') },
  });
  const cause = [at('halt.Cause'), at('takenBack.also')].map((path) => JsonPath.stringAt(path));
  takeBack
    .next(
      new Pass(scope, 'Taken back everywhere', {
        parameters: { Error: JsonPath.stringAt(at('halt.Error')), Cause: JsonPath.format('{}{}', ...cause) },
        resultPath: at('halt'),
      }),
    )
    .next(goesOn);
  return takeBack;
}

/**
 * The states of a run that cannot go on: its clients are restored, its lease is freed, and it ends red under
 * a name (I13).
 */
export function haltStates(scope: Construct, task: TaskBuilder) {
  const { at, carry } = inDocument;
  // All halts but one end here: the journal has the outcome, the lease is free, and the execution is red
  // under its own name.
  const halted = new Fail(scope, 'Halted', { errorPath: at('halt.Error'), causePath: at('halt.Cause') });
  const takenOver = new Choice(scope, 'Taken over by an emergency?')
    // The other run goes on with everything, clients included. This run may notice the takeover only after
    // its soak, and nobody should be called for it then. So it ends green.
    .when(Condition.stringEquals(at('halt.Error'), 'Superseded'), new Succeed(scope, 'Superseded'))
    .otherwise(halted);
  const releasing = (name: string, payload: Record<string, unknown>) => {
    const release = task(name, 'release', {
      payload,
      resultPath: at('release'),
      caught: { by: halted, path: at('release') },
    });
    release.next(takenOver);
    return release;
  };
  const releaseAfterHalt = releasing('Release after a halt', carry('execution', 'plan', 'halt'));
  // Without a plan, Release gets the request: nothing else says what the run was to do.
  const releaseWithoutPlan = releasing('Release without a plan', {
    ...carry('execution', 'halt'),
    request: theRequest(),
  });
  // A halt must not leave a client on a leaf that does not get in, whichever run promoted that leaf.
  const restoring = (
    name: string,
    { patience, notAll, goesOn }: { patience: Patience; notAll: string; goesOn: IChainable },
  ) => {
    const by = alsoHalted(scope, notAll, {
      words: 'the clients could not all be looked after',
      by: 'restoreHalt',
    });
    by.next(goesOn);
    const payload = carry('execution', 'plan');
    const caught = { by, path: at('restoreHalt') };
    const restore = task(name, 'restore', { payload, patience, resultPath: at('restoration'), caught });
    restore.next(goesOn);
    return restore;
  };
  const restoreClients = restoring('Restore clients', {
    ...{ patience: 'minutes', notAll: 'Clients not all looked after' },
    goesOn: takeBackEverywhere(scope, task, releaseAfterHalt),
  });
  // Another run follows within minutes and looks again, so a silent client must not keep this one waiting
  // (rule 6).
  const restoreSoon = restoring('Restore clients at once', {
    ...{ patience: 'seconds', notAll: 'Clients not all looked after at once' },
    goesOn: releaseAfterHalt,
  });
  return { halted, releaseAfterHalt, releaseWithoutPlan, restoreClients, restoreSoon };
}
