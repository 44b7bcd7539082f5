import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { endOfItsSoak } from '../planning/lasting.ts';
import { hasFailedForDays } from './patience.ts';
import { idsOf, soakOf } from './resume.ts';
import {
  hasHadItsDay,
  hasServed,
  isAnyToLetIn,
  isJustBegun,
  isJustServed,
  isNamed,
  isOverBySoak,
  isPressed,
  isRecentCut,
} from './standing.ts';
import { apart, turnOf } from './turns.ts';

/** All successions that are ready, and the unconfirmed cuts of earlier runs. */
type Offer = { ready: readonly Succession[]; resumed: readonly Succession[] };

type Choice = {
  chosen: readonly Succession[];
  cuts: readonly Succession[];
  isMoreWaiting: boolean;
  behind: readonly Succession[];
  /** Something compromised is ready, but this run is for successions that cannot wait for it. */
  isPassedOver?: boolean;
};

/**
 * Returns what this run takes on; the rest waits for the run right after it. Compromised anchors come first,
 * then successions that have served their soak, then unconfirmed cuts: none of them waits through another's
 * soak (I6, I11). Right after a run in which a compromised one failed, successions that cannot wait for it go
 * first (I10, I17). Successions that have failed for days, in their proof, cut or confirmation, let the
 * others go ahead (rule 3). They are `behind`, and take turns with the others once they could not wait for
 * another soak.
 */
export const chooseSuccessions = (offer: Offer, facts: PlanningFacts): Choice =>
  insteadOfCompromised(offer, facts) ??
  compromisedOrServed(offer, facts) ??
  freshOrPressed(offer, facts) ??
  byTurns(offer, facts);

const DAY = 86_400;

/**
 * Returns the compromised successions that have not failed for days. Where runs for them have halted, it
 * returns only one line in each scope. An emergency gets everything that it names.
 */
function compromisedIn({ ready }: Offer, facts: PlanningFacts): readonly Succession[] {
  const named = ready.filter((one) => isNamed(one, facts));
  if (facts.request.mode === 'emergency') return named;
  return apartAfterHalts(
    named.filter((one) => !hasFailedForDays(one, facts)),
    facts,
  );
}

/**
 * Returns the successions that this try goes for. Where runs have halted, it is one line in each scope: a line
 * that fails in a scope stops the others there (I16, I17). Each line has two runs before the next one has its
 * turn, since every other run may be for something compromised.
 */
function apartAfterHalts(
  ready: readonly Succession[],
  { request, turn = 0 }: PlanningFacts,
): readonly Succession[] {
  const isAfterHalts = request.mode === 'scheduled' && request.failingSince !== undefined;
  return isAfterHalts ? apart(ready, Math.floor(turn / 2)) : ready;
}

/**
 * Right after a run in which a compromised succession failed: returns the others where one of them cannot
 * wait for it, else null.
 */
function insteadOfCompromised(offer: Offer, facts: PlanningFacts): Choice | null {
  const { request } = facts;
  if (request.mode !== 'scheduled' || !request.othersFirst) return null;
  if (compromisedIn(offer, facts).length === 0) return null;
  const ready = offer.ready.filter((one) => !isNamed(one, facts));
  const resumed = offer.resumed.filter((one) => !isNamed(one, facts));
  // A client that was moved may be outside by now. Only a run that looks at the pair once more lets it in
  // again.
  const isOutside =
    resumed.some((cut) => isRecentCut(cut, facts)) ||
    ready.some((one) => isJustServed(one, facts) || isJustBegun(one, facts));
  if (!isOutside && !ready.some((one) => isPressed(one, facts))) return null;
  return { ...chooseSuccessions({ ready, resumed }, facts), isMoreWaiting: true, isPassedOver: true };
}

/**
 * Returns the compromised successions, else those that have served their soak in the last days. With them
 * come the unconfirmed cuts of the last days. Returns null where there is none of these.
 */
function compromisedOrServed(offer: Offer, facts: PlanningFacts): Choice | null {
  const { ready, resumed } = offer;
  const compromised = compromisedIn(offer, facts);
  const isAnyCompromised = compromised.length > 0;
  const served = ready.filter((one) => isJustServed(one, facts) && hasServed(one, facts));
  const chosen = isAnyCompromised ? compromised : served;
  // Beside a compromised anchor only compromised cuts go: another cut that cannot be confirmed would hold it
  // up.
  const cuts = resumed.filter((cut) => isRecentCut(cut, facts) && (!isAnyCompromised || isNamed(cut, facts)));
  if (chosen.length === 0 && cuts.length === 0) return null;
  const isMoreWaiting = ready.length > chosen.length || resumed.length > cuts.length;
  return { chosen, cuts, isMoreWaiting, behind: [] };
}

/** Returns the successions that have neither served a soak nor failed for days. */
const freshIn = ({ ready }: Offer, facts: PlanningFacts): readonly Succession[] =>
  ready.filter((one) => !hasServed(one, facts) && !hasFailedForDays(one, facts));

/**
 * Returns the successions that have not failed for days. Every other day it returns instead those that have
 * failed and would expire while they wait. Those have every day where they would expire in the very soak of
 * the others, and none of the others would expire while they are tried (I17).
 */
function freshOrPressed(offer: Offer, facts: PlanningFacts): Choice | null {
  const { ready, resumed } = offer;
  const unserved = freshIn(offer, facts);
  if (unserved.length === 0 || ready.some((one) => isNamed(one, facts))) return null;
  const failed = ready.filter((one) => !unserved.includes(one));
  const together = hurriedByNone(unserved, facts);
  const isAnyPressed = together.some((one) => isPressed(one, facts));
  const fresh = isAnyPressed ? apartAfterHalts(together, facts) : together;
  const behind = [...failed, ...resumed];
  const isMoreWaiting = behind.length > 0 || fresh.length < unserved.length;
  const isLast =
    behind.some((one) => isOverBySoak(one, facts)) && !fresh.some((one) => isPressed(one, facts));
  const isTheirTurn = behind.some((one) => isPressed(one, facts)) && (isLast || dayOf(facts) % 2 === 0);
  if (!isTheirTurn) return { chosen: fresh, cuts: [], isMoreWaiting, behind };
  const [chosen, cuts] = [failed, resumed].map((all) => all.filter((one) => isPressed(one, facts)));
  const isLeft = (one: Succession) => !isPressed(one, facts);
  return { chosen: chosen ?? [], cuts: cuts ?? [], isMoreWaiting, behind: behind.filter(isLeft) };
}

/**
 * Leaves out successions that soak already, where others have to be cut before that soak is over: those
 * others get a run of their own (rule 5, I17). A soak that is not cut short goes on beside them, or begins
 * anew. A soaking succession that could not wait for that run stays in.
 */
function hurriedByNone(fresh: readonly Succession[], facts: PlanningFacts): readonly Succession[] {
  const { memory, policy, now } = facts;
  const soakOfIts = (one: Succession) => soakOf(idsOf(one), memory?.soaks ?? []);
  const begun = fresh.filter((one) => soakOfIts(one) !== undefined && !isPressed(one, facts));
  const others = fresh.filter((one) => !begun.includes(one));
  // A retiring anchor that has expired already shortens no soak (rule 5).
  const toExpire = others.filter(({ retiring }) => retiring.expiresAt > now);
  const cutBy = Math.min(...toExpire.map(({ retiring }) => retiring.expiresAt - policy.safetyMargin));
  const isCutShort = (one: Succession) => endOfItsSoak(one, facts, fresh) > cutBy;
  // It also stays in where a client would otherwise be outside until that run is over.
  const isLate = (one: Succession) => begun.includes(one) && isCutShort(one);
  return fresh.filter((one) => !isLate(one) || isAnyToLetIn(one, facts, cutBy));
}

/**
 * Gives each group its day. Reached where a compromised anchor has failed for days, or where everything that
 * is left has. With so few days, successions that are newly due go first only until they have had one day
 * (I17).
 */
function byTurns(offer: Offer, facts: PlanningFacts): Choice {
  const { ready, resumed } = offer;
  const all = freshIn(offer, facts);
  const fresh = all.every((one) => hasHadItsDay(one, facts)) ? [] : all;
  const others = ready.filter((one) => !isNamed(one, facts));
  const groups = {
    named: ready.filter((one) => isNamed(one, facts)),
    toCut: { chosen: others.filter((one) => hasServed(one, facts)), cuts: resumed },
    rest: fresh.length > 0 ? fresh : others.filter((one) => !hasServed(one, facts)),
  };
  return { ...turnOf(groups, dayOf(facts)), behind: [] };
}

const dayOf = ({ now }: PlanningFacts): number => Math.floor(now / DAY);
