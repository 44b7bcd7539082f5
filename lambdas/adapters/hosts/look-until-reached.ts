import type { Clock, Pause } from '../../clock.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import { isOneOf } from '../../domain/errors.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import { judgedAfterCut, type KeptBefore, keptIn, listedIn } from '../../domain/witnesses/looked-at-again.ts';
import type { KeptOut } from './keep-out.ts';
import { type Before, keepOutOrRefused, type Looking, lookOnceReached } from './look-once-reached.ts';
import { onceHeard } from './once-heard.ts';

/** What the looks once old leaves have been asked about came to. */
type SeenOnceReached = KeptOut & {
  /** Nothing has shown that the cut has reached the hosts, about whom of those that were looked at they may go by what is cut until it has. */
  isReachUnseen: boolean;
};

/**
 * Looks at whoever may have got in, or been kept out, by what is cut, once old leaves have been asked about. Where those show that the cut has reached the hosts one
 * look is enough. Else all are looked at again for as long as that may take: a client that a renewal turns away has no old leaf, and is outside only
 * from then on (F7). The look that comes minutes later (`isSecond`) is not repeated. An emergency waits only for a witness that gets in, which may be by what is cut. `began` is when the first look began, in Unix seconds.
 */
export async function lookUntilReached(
  { pause, clock, ...wires }: Looking & { pause: Pause; clock: Clock },
  plan: ScopePlan,
  {
    isReached,
    isSecond,
    began,
    keptBefore,
    ...before
  }: { isReached: boolean; isSecond: boolean; began: number; keptBefore: KeptBefore } & Required<Before>,
): Promise<SeenOnceReached> {
  const again = () => lookOnceReached(wires, plan, keptBefore, before);
  const keptOut = () => keepOutOrRefused(wires, plan, keptBefore, before);
  const isReachUnseen = !isReached && isAnyAgain(plan, keptBefore);
  const isWaitedFor = (failure: unknown): boolean =>
    !isReached && isUrgent(plan) && isOneOf(failure, ['TrustWidened']);
  let seen: KeptOut = { probes: 0, unwitnessed: [] };
  let widened: unknown = null;
  /** Returns whether another look has to follow. */
  const look = async (looking: () => Promise<KeptOut>): Promise<boolean> => {
    try {
      const { probes, unwitnessed } = await looking();
      seen = { probes: seen.probes + probes, unwitnessed };
      widened = null;
    } catch (failure) {
      if (!isWaitedFor(failure)) throw failure;
      widened = failure;
    }
    return isUrgent(plan) ? widened !== null : isReachUnseen;
  };
  const isUnheard = await look(isReached ? again : keptOut);
  if (isUnheard && !isSecond)
    await onceHeard({ pause, clock }, began, () => look(isUrgent(plan) ? keptOut : again));
  if (widened !== null) throw widened;
  const unwitnessed = [...new Set([...seen.unwitnessed, ...leadingToHeld(plan)])];
  return { ...seen, unwitnessed, isReachUnseen };
}

/** Whether somebody is looked at once more: about whom hosts may go by what is cut until they have heard of it. */
const isAnyAgain = (plan: ScopePlan, keptBefore: KeptBefore): boolean =>
  [keptIn(plan, keptBefore), listedIn(plan), judgedAfterCut(plan)].some((checks) => checks.length > 0);

/** Witnesses that what is held may let in, whatever the successor's filter says: no cut judges them. */
const leadingToHeld = ({ witnesses = [] }: ScopePlan): string[] =>
  witnesses.flatMap(({ client, afterCut, leadsToHeld }) => (afterCut && leadsToHeld ? client : []));
