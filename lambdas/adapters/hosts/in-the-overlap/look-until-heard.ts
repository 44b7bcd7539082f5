import type { Clock, Pause } from '../../../clock.ts';
import { isUrgent } from '../../../domain/cut/urgent.ts';
import { isShownBy } from '../../../domain/overlap/heard.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { type Keeping, lookAtWitnesses } from '../keep-out.ts';
import { onceHeard } from '../once-heard.ts';
import { enforcedIn, type Proof, type Seen } from '../prove.ts';
import { lookPatiently } from './look-patiently.ts';

/** How the last look at all clients and witnesses ended, and the number of calls of the looks before it. */
type Ended = {
  looked: PromiseSettledResult<Seen>;
  kept: PromiseSettledResult<Awaited<ReturnType<typeof lookAtWitnesses>>>;
  before: number;
};

/** Whom to look at, and how. */
export type LookUntilHeard = {
  plan: ScopePlan;
  proof: Proof;
  keeping: Omit<Keeping, 'enforcedBeside'>;
  /** Whether this is the second look: hosts have had minutes to hear of the activation since the first. */
  isSecond: boolean;
};

/**
 * Looks at all clients and witnesses. If each client of a successor could also get in by another anchor,
 * nothing shows that hosts have heard of the successor. A successor that turns clients away, or lets a
 * witness in, would do so only from then on (F7, F16), so all are looked at again. An emergency does not wait
 * for clients that get in.
 */
export async function lookUntilHeard(
  patience: { pause: Pause; clock: Clock },
  { plan, proof, keeping, isSecond }: LookUntilHeard,
): Promise<Ended & { isUnheard: boolean }> {
  const began = patience.clock();
  const look = async (before: number): Promise<Ended> => {
    const looking = lookPatiently(proof, patience);
    const [looked, kept] = await Promise.allSettled([
      looking,
      lookAtWitnesses({ ...keeping, enforcedBeside: enforcedIn(looking) }),
    ]);
    return { looked, kept, before };
  };
  const isHeard = isShownBy(plan, [...proof.checks, ...keeping.witnesses], proof.hosts);
  const isUnheard = !isHeard && !isUrgent(plan) && proof.hosts.length > 0;
  let ended = await look(0);
  if (isUnheard && !isSecond && isWell(ended))
    await onceHeard(patience, began, async () => {
      ended = await look(callsOf(ended));
      return isWell(ended);
    });
  return { ...ended, isUnheard };
}

const isWell = ({ looked, kept }: Ended): boolean =>
  [looked, kept].every((one) => one.status === 'fulfilled' && one.value.failures.length === 0);

const callsOf = ({ looked, kept, before }: Ended): number =>
  [looked, kept].reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.probes : 0), before);
