import type { Clock } from '../../clock.ts';
import { cannotWait } from '../../domain/cut/urgent.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import { notInThePast } from '../../domain/next-run/soonest.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import { handedOn, type Request } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import type { Leases } from '../table/lease.ts';

/**
 * Prepares for runs that come while this one has the lease (I16). The lease says whether they must leave this
 * run alone: it cuts what is compromised, or only finishes unconfirmed cuts. If something compromised is
 * left, the schedule brings a run that looks again, because this one may soak for days.
 */
export async function tellThoseToCome(
  { leases, nextRotation, clock }: { leases: Leases; nextRotation: NextRotation; clock: Clock },
  plan: Plan,
  {
    wasUrgent,
    request,
    ...claim
  }: Required<Omit<Claim, 'mayBeFree'>> & { wasUrgent: boolean; request: Request },
): Promise<void> {
  // No run takes over from an emergency, and an emergency must lose no time.
  if (plan.mode === 'emergency') return;
  const isUrgent = cannotWait(plan);
  if (isUrgent !== wasUrgent) await leases.tell({ ...claim, isUrgent });
  if (isUrgent || plan.decision !== 'rotate' || !plan.leftAgainAt) return;
  await leases.demand(claim);
  const at = notInThePast(plan.leftAgainAt, clock());
  await nextRotation.set(at, plan.isPassedOver ? handedOn(request) : undefined);
}
