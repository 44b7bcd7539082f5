import type { Clock, Pause } from '../../../clock.ts';
import { isUrgent } from '../../../domain/cut/urgent.ts';
import { isOneOf } from '../../../domain/errors.ts';
import { isAtEachHost } from '../../../domain/overlap/own-hosts.ts';
import type { ClientCheck } from '../../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import {
  judgedAfterCut,
  type KeptBefore,
  keptIn,
  listedIn,
} from '../../../domain/witnesses/looked-at-again.ts';
import type { KeptOut } from '../keep-out.ts';
import { onceHeard } from '../once-heard.ts';
import { type Before, keepOutOrRefused, type Looking, lookOnceReached } from './look-once-reached.ts';

/** The findings of the looks that follow the question about old leaves. */
type SeenOnceReached = KeptOut & {
  /**
   * Nothing has shown that the cut has reached the hosts. Until it has, hosts may still judge some of the
   * clients or witnesses by the cut anchor.
   */
  isReachUnseen: boolean;
};

/**
 * Looks at those who may have got in, or been kept out, by what is cut, after old leaves have been asked
 * about. If the old leaves show that the cut has reached the hosts, one look is enough. Otherwise all are
 * looked at again for a while. A client that a renewal turns away has no old leaf, and is outside only once
 * hosts hear of the cut (F7).
 *
 * The look that comes minutes later (`isSecond`) is not repeated. An emergency waits only for a witness that
 * gets in, because that may be by what is cut. `began` is when the first look began, in Unix seconds.
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

/** Whether refused old leaves show that a cut has reached every host at which somebody is looked at again. */
export function isReachShown(
  telling: readonly ClientCheck[],
  { plan, keptBefore, hosts }: { plan: ScopePlan; keptBefore: KeptBefore; hosts: readonly string[] },
): boolean {
  const again = [...keptIn(plan, keptBefore), ...listedIn(plan), ...judgedAfterCut(plan)];
  return telling.length > 0 && isAtEachHost(telling, again, hosts);
}

/**
 * Whether there is anybody to look at again: clients or witnesses that hosts may judge by the cut anchor
 * until they hear of the cut.
 */
const isAnyAgain = (plan: ScopePlan, keptBefore: KeptBefore): boolean =>
  [keptIn(plan, keptBefore), listedIn(plan), judgedAfterCut(plan)].some((checks) => checks.length > 0);

/**
 * Returns the witnesses that a held anchor may let in, whatever the successor's filter says. No cut judges
 * them.
 */
const leadingToHeld = ({ witnesses = [] }: ScopePlan): string[] =>
  witnesses.flatMap(({ client, afterCut, leadsToHeld }) => (afterCut && leadsToHeld ? client : []));
