import type { CarriedPlan } from '../plan-document/carried-plan.ts';
import { failingSinceOf, type ToNext } from '../request.ts';

/**
 * Returns what a run that went through tells the next. A client may still be outside, something could not be
 * seen, or something that goes on failing was passed over. Then gaps go on growing, so the next plan has to
 * know since when. `request` is what an execution of an older machine has beside its plan. `now` in Unix
 * seconds.
 */
export function toldNext(plan: CarriedPlan, request: unknown, now: number): ToNext | undefined {
  const { anyOutside, isPressing, decision, isPassedOver } = plan;
  const isAgain = ((anyOutside || isPressing) && decision !== 'rotate') || isPassedOver;
  return isAgain ? { failingSince: failingSinceOf(request ?? plan.request, now) } : undefined;
}
