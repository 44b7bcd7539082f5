import type { Clock, Pause } from '../../clock.ts';
import { provenOf } from '../../domain/cut/proven-in-overlap.ts';
import { gravest } from '../../domain/errors.ts';
import type { ScopePlan, Shard } from '../../domain/plan-document.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { type Accepted, lookPatiently, type Proof } from './prove.ts';

type Ports = { verdicts: Verdicts; pause: Pause; clock: Clock };
type Look<K> = {
  execution: { id: string; startedAt: string };
  plan: ScopePlan;
  shard: Shard | undefined;
  proof: Proof;
  /** Sees that whoever has to stay out does. */
  keptOut: () => Promise<K>;
};

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
