import type { Clock, Pause } from '../../clock.ts';
import { provenOf } from '../../domain/cut/proven-in-overlap.ts';
import { type ErrorName, gravest, propagationErrors, retryableErrors } from '../../domain/errors.ts';
import type { ScopePlan, Shard } from '../../domain/plan-document.ts';
import type { Verdicts } from '../table/verdicts.ts';
import type { Accepted, Looked } from './every-trial.ts';
import { lookAtAll, type Proof } from './prove.ts';

type Ports = { verdicts: Verdicts; pause: Pause; clock: Clock };
type Look<K> = {
  execution: { id: string; startedAt: string };
  plan: ScopePlan;
  shard: Shard | undefined;
  proof: Proof;
  /** Sees that whoever has to stay out does. */
  keptOut: () => Promise<K>;
};

/** Seconds after which those are looked at again of whom something was excused: a toggle may be on its way to an edge. */
const WAITS = [5, 10];

/** Seconds after which nobody is looked at once more: hosts that do not answer would take the step's whole time. */
const QUICK = 60;

/**
 * Looks at all, and at what halts nobody again for seconds: nothing else will. Before its scope is cut, each client that may
 * be moved is to have its chance.
 */
async function lookPatiently(
  proof: Proof,
  { pause, clock }: { pause: Pause; clock: Clock },
): Promise<Looked> {
  const began = clock();
  let { probes, excused, failures } = await lookAtAll(proof);
  for (const seconds of WAITS) {
    const again = new Set(excused.filter(({ error }) => mayPass(error)).map(({ client }) => client));
    // What halts the scope is its answer: no later look at others may stand in its place.
    if (failures.length > 0 || again.size === 0 || clock() - began > QUICK) break;
    await pause(seconds);
    const checks = proof.checks.filter(({ client }) => again.has(client));
    const seen = await lookAtAll({ ...proof, checks });
    probes += seen.probes;
    failures = seen.failures;
    excused = [...excused.filter(({ client }) => !again.has(client)), ...seen.excused];
  }
  return { probes, excused, failures };
}

const mayPass = (name: ErrorName): boolean =>
  retryableErrors.includes(name) || propagationErrors.includes(name);

/**
 * One look in the overlap. Where it fails, or the look at another shard may, it leaves in the table whom it has proven: they are moved, whatever
 * holds their scope up (I17). Throws the gravest of what it saw, and nothing that could hide that.
 */
export async function lookInOverlap<K>(
  { verdicts, ...patience }: Ports,
  { execution, plan, shard, proof, keptOut }: Look<K>,
): Promise<[Accepted, K]> {
  const visit = { execution, phase: 'overlap' as const, scope: plan.scope };
  const leave = (clients: readonly string[] | null, error: string | null = null) =>
    verdicts.leaveProven(visit, shard ?? { at: 0, of: 1 }, { clients: clients && [...clients], error });
  // The other shards go by this one's end, and it may have none.
  if (shard) await leave(null);
  const [looked, kept] = await Promise.allSettled([lookPatiently(proof, patience), keptOut()]);
  const errors = [
    ...(looked.status === 'fulfilled' ? looked.value.failures.map(({ error }) => error) : [looked.reason]),
    ...(kept.status === 'rejected' ? [kept.reason] : []),
  ];
  const failure = gravest(errors);
  if (shard || errors.length > 0) {
    // Mutual TLS may be off, or somebody be let in who has to stay out: then no probe has proven anything.
    const isOff = errors.some((error) => Object(error).name === 'NotEnforced');
    const isKnown = looked.status === 'fulfilled' && kept.status === 'fulfilled' && !isOff;
    const told = leave(isKnown ? provenOf(plan, looked.value) : null, Object(failure).name);
    // Another name than an earlier look's makes that one's word void.
    await (failure === undefined ? told : told.catch(() => {}));
  }
  if (looked.status === 'rejected' || kept.status === 'rejected' || errors.length > 0) throw failure;
  const { failures: _, ...accepted } = looked.value;
  return [accepted, kept.value];
}
