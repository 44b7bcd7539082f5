import type { Clock } from '../../clock.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { CarriedPlan } from '../../domain/plan-document.ts';
import { tryAgainAt, tryBlockedAgainAt } from '../../domain/planning/timing.ts';
import { failingSinceOf, type Request } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import { scrub } from '../scrub.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';

type Ports = { leases: Leases; nextRotation: NextRotation; journal: Journal; clock: Clock };

/**
 * Schedules another run within minutes after a halt that left something compromised (rule 6). What an emergency named is
 * remembered, so any run takes it up. Where that cannot be done, the run ends as red as it would have, and the lease has to be
 * freed all the same.
 */
export async function comeAgain(
  { leases, nextRotation, journal, clock }: Ports,
  execution: string,
  { request, plan }: { request: Request | null; plan: CarriedPlan | undefined },
) {
  try {
    const isUrgent = request?.mode === 'emergency' || (await isToBeFollowed(journal, plan));
    const planned = plan?.leftAgainAt ?? null;
    if (!isUrgent && planned === null) return {};
    // Where Plan has failed, nobody has told this step the token.
    await leases.demand({ execution });
    const now = clock();
    if (isUrgent) {
      const failingSince = failingSinceOf(request, now);
      const nextRotationAt = tryAgainAt(failingSince, now);
      const othersFirst = isOthersTurn(request, plan);
      await nextRotation.set(nextRotationAt, { failingSince, ...(othersFirst && { othersFirst }) });
      return { nextRotationAt };
    }
    // What was left before this run halted is not tried any sooner for that: others have looked meanwhile, each later than the one before.
    const isToCome = planned !== null && secondsOf(planned) > now;
    const nextRotationAt = isToCome
      ? planned
      : tryBlockedAgainAt({ allowances: await journal.compromised(), now });
    if (nextRotationAt === null) return {};
    await nextRotation.set(nextRotationAt);
    return { nextRotationAt };
  } catch (error) {
    return { notScheduled: scrub(String(error)) };
  }
}

/** Whether a run that halted was to cut what is compromised or was to be followed soon, or may have been: it never got as far as a plan. */
const isToBeFollowed = async (journal: Journal, plan: CarriedPlan | undefined): Promise<boolean> =>
  plan
    ? plan.isPressing === true || plan.isPassedOver === true || cutsCompromised(plan)
    : (await journal.compromised()).length > 0;

/** What went for something compromised leaves the next run to others; one that never got as far as a plan tried nothing, and the turn stays. */
const isOthersTurn = (request: Request | null, plan: CarriedPlan | undefined): boolean =>
  plan ? cutsCompromised(plan) : request?.mode === 'scheduled' && request.othersFirst === true;

/** An execution of an older machine carries its scopes itself. */
const cutsCompromised = ({ cutsCompromised = false, waves }: CarriedPlan): boolean =>
  cutsCompromised ||
  waves
    .flatMap((wave) => ('scopes' in wave ? wave.scopes : []))
    .some(({ successions }) => successions.some(({ compromised }) => compromised));
