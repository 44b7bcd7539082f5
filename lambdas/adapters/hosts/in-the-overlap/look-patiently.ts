import type { Clock, Pause } from '../../../clock.ts';
import { type ErrorName, propagationErrors, retryableErrors } from '../../../domain/errors.ts';
import { lookAtAll, type Proof, type Seen } from '../prove.ts';

/**
 * Seconds after which excused clients are looked at again: the toggle may still be on its way to an edge of a
 * host.
 */
const WAITS = [5, 10];

/** Seconds after which no client is looked at once more: silent hosts would take the step's whole time. */
const QUICK = 60;

/**
 * Looks at all clients, and for some seconds again at those whose failure halts nobody, because no later step
 * looks at them. Each client that may be moved gets this chance before its scope is cut.
 */
export async function lookPatiently(
  proof: Proof,
  { pause, clock }: { pause: Pause; clock: Clock },
): Promise<Seen> {
  const began = clock();
  let { probes, excused, failures, enforcedAt } = await lookAtAll(proof);
  for (const seconds of WAITS) {
    const again = new Set(excused.filter(({ error }) => mayPass(error)).map(({ client }) => client));
    // A failure that halts the scope is the answer: a later look at other clients must not replace it.
    if (failures.length > 0 || again.size === 0 || clock() - began > QUICK) break;
    await pause(seconds);
    const checks = proof.checks.filter(({ client }) => again.has(client));
    const seen = await lookAtAll({ ...proof, checks });
    probes += seen.probes;
    failures = seen.failures;
    enforcedAt = new Set([...enforcedAt, ...seen.enforcedAt]);
    excused = [...excused.filter(({ client }) => !again.has(client)), ...seen.excused];
  }
  return { probes, excused, failures, enforcedAt };
}

const mayPass = (name: ErrorName): boolean =>
  retryableErrors.includes(name) || propagationErrors.includes(name);
