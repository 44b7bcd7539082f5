import { Choice, Condition, Fail, JsonPath, Pass, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inDocument, theRequest } from './paths.ts';
import type { Patience } from './retries.ts';
import type { TaskBuilder } from './task.ts';

/** Adds to a halt what went wrong after it: it stays under its own name. */
function alsoHalted(
  scope: Construct,
  name: string,
  { words, by }: { words: string; by: 'restoreHalt' | 'promotionHalt' },
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
  const notRestored = alsoHalted(scope, 'Clients not all looked after', {
    words: 'the clients could not all be looked after',
    by: 'restoreHalt',
  });
  // A halt must not leave a client on a leaf that does not get in, whichever run it was that promoted it.
  const restoring = (name: string, patience: Patience) =>
    task(name, 'restore', {
      payload: carry('execution', 'plan'),
      patience,
      resultPath: at('restoration'),
      caught: { by: notRestored, path: at('restoreHalt') },
    });
  notRestored.next(releaseAfterHalt);
  const restoreClients = restoring('Restore clients', 'minutes');
  restoreClients.next(releaseAfterHalt);
  // A run follows within minutes, and looks again: a silent client must not keep it waiting (rule 6).
  const restoreSoon = restoring('Restore clients at once', 'seconds');
  restoreSoon.next(releaseAfterHalt);
  return { halted, releaseAfterHalt, releaseWithoutPlan, restoreClients, restoreSoon };
}
