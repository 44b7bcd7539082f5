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

/** Adds to a halt what went wrong after it: it stays under its own name. */
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

/** Where a run goes on that halts, or one of its scopes, and could not move all whom it has proven. */
export const notAllPromoted = (scope: Construct, name = 'Not all promoted who are proven'): Pass =>
  alsoHalted(scope, name, {
    words: 'who is proven could not be moved',
    by: 'promotionHalt',
  });

/**
 * Where a run halts that goes wave by wave, what its overlap has seen to let in who has to stay out is taken back in whichever scope it was activated: a
 * filter is the anchor's (F16). Clients that may be outside come before strangers that may be in (I10).
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

/** Where a run goes that cannot go on: its clients are looked after, its lease is freed, and it ends red by name (I13). */
export function haltStates(scope: Construct, task: TaskBuilder) {
  const { at, carry } = inDocument;
  // Every halt but one ends here: the journal has its outcome, the lease is free, and the execution is red under its own name.
  const halted = new Fail(scope, 'Halted', { errorPath: at('halt.Error'), causePath: at('halt.Cause') });
  const takenOver = new Choice(scope, 'Taken over by an emergency?')
    // The emergency goes on with all of it, clients included: a soak later nobody should be called for that.
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
  // Nobody knows what such a run was to do.
  const releaseWithoutPlan = releasing('Release without a plan', {
    ...carry('execution', 'halt'),
    request: theRequest(),
  });
  // A halt must not leave a client on a leaf that does not get in, whichever run it was that promoted it.
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
  // A run follows within minutes, and looks again: a silent client must not keep it waiting (rule 6).
  const restoreSoon = restoring('Restore clients at once', {
    ...{ patience: 'seconds', notAll: 'Clients not all looked after at once' },
    goesOn: releaseAfterHalt,
  });
  return { halted, releaseAfterHalt, releaseWithoutPlan, restoreClients, restoreSoon };
}
