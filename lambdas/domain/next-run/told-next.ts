import type { CarriedPlan } from '../plan-document.ts';
import { failingSinceOf, type ToNext } from '../request.ts';

/**
 * What a run that went through tells the next. Where somebody may still be outside, something cannot be seen, or what goes on failing was passed over, gaps go
 * on growing: the next plan has to know since when. `now` in Unix seconds.
 */
export function toldNext(
  { anyOutside, isPressing, decision, isPassedOver }: CarriedPlan,
  request: unknown,
  now: number,
): ToNext | undefined {
  const isAgain = ((anyOutside || isPressing) && decision !== 'rotate') || isPassedOver;
  return isAgain ? { failingSince: failingSinceOf(request, now) } : undefined;
}
