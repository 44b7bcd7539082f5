import type { CarriedPlan } from '../plan-document.ts';
import { failingSinceOf, type ToNext } from '../request.ts';

/**
 * What a run that went through tells the next. Where somebody may still be outside, something cannot be seen, or what goes on failing was passed over, gaps go
 * on growing: the next plan has to know since when. `request` is what an execution of an older machine has beside
 * its plan. `now` in Unix seconds.
 */
export function toldNext(plan: CarriedPlan, request: unknown, now: number): ToNext | undefined {
  const { anyOutside, isPressing, decision, isPassedOver } = plan;
  const isAgain = ((anyOutside || isPressing) && decision !== 'rotate') || isPassedOver;
  return isAgain ? { failingSince: failingSinceOf(request ?? plan.request, now) } : undefined;
}
