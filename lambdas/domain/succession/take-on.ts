import { goingBehind } from '../blocked/blocked-by.ts';
import type { HoldFacts } from '../blocked/holds.ts';
import { divideByProof } from '../blocked/unconfirmable.ts';
import { unconfirmedCuts } from '../cut/unconfirmed.ts';
import { nothingRemembered } from '../memory/journal.ts';
import type { Succession } from '../planning/facts.ts';
import { isUninterrupted } from '../planning/lasting.ts';
import { thatGo } from '../planning/progress.ts';
import { chooseSuccessions } from './choose.ts';
import { leftWidened } from './left-widened.ts';
import { pairSuccessions } from './pairing.ts';
import { idsOf, isSamePair, merged, whereLeftOut, whereSoaked } from './resume.ts';
import { isJustServed, isNamed, isOverBySoak } from './standing.ts';

/**
 * Returns what this run takes on: successions of its own, and unconfirmed cuts of earlier runs. Also returns
 * what it leaves, and why.
 */
export function takeOn(facts: HoldFacts) {
  const { request, memory = nothingRemembered } = facts;
  const pairing = pairSuccessions(facts);
  const parts = pairing.pairs.map((one) => partToGo(one, facts));
  const { advancing, idle, waiting } = thatGo(parts, facts);
  const { resumed: unconfirmed, stranded } = unconfirmedCuts(memory.cuts, facts);
  // An emergency does exactly what it was asked to do: unconfirmed cuts of other runs must not hold it up.
  const emergency = request.mode === 'emergency';
  const { provable, unprovable } = divideByProof(emergency ? [] : unconfirmed, facts);
  const taken = chooseSuccessions({ ready: advancing, resumed: provable }, facts);
  const { chosen, cuts, behind, isPassedOver = false } = taken;
  // A client that would be outside soon goes before strangers that may be in (I10). A compromised anchor does
  // too, unless a run has just failed for one.
  const { othersFirst = false } = request.mode === 'scheduled' ? request : {};
  const goesBefore = (one: Succession): boolean =>
    isNamed(one, facts) ? !othersFirst : isOverBySoak(one, facts);
  const isBehind = cuts.length > 0 || chosen.some(goesBefore);
  const { going: widened, isAny } = leftWidened(facts, { isAlone: chosen.length === 0 });
  if (widened.length > 0 && !isBehind)
    return {
      ...{ rotating: widened, chosen: widened, resumed: [], isPassedOver: false },
      isMoreWaiting: taken.isMoreWaiting || chosen.length > 0,
      isCutLeft: unconfirmed.length + stranded.length > 0,
      waiting: [...pairing.blocked, ...waiting, ...idle],
      left: [...stranded, ...unprovable],
    };
  const rotating = merged([...cuts, ...chosen]);
  const isChosen = (one: Succession) => chosen.some((other) => isSamePair(idsOf(other), idsOf(one)));
  const inPart = pairing.pairs.filter((one) => isChosen(one) && !chosen.includes(one));
  const rest = thatGo(
    inPart.map((one) => whereLeftOut(one, facts)),
    facts,
  );
  const isMoreWaiting = taken.isMoreWaiting || isAny || rest.advancing.length > 0;
  return {
    ...{ rotating, chosen, isMoreWaiting, isPassedOver },
    resumed: rotating.filter((one) => !isChosen(one)),
    isCutLeft: unconfirmed.length + stranded.length > 0,
    waiting: [...pairing.blocked, ...waiting, ...idle, ...rest.idle, ...goingBehind(behind)],
    left: emergency ? [] : [...stranded, ...unprovable],
  };
}

/**
 * Returns the part of a succession that a run takes, where its soak has left out some scopes. Where the soak
 * begins anew, it is the whole succession with one soak for all. Where it soaks or has soaked, it is the
 * soaked part alone, as long as nothing is to be done in the other scopes: there nobody begins another soak
 * (I17). A soak that was served in the last days goes before them in any case, since a failure there would
 * have all of it soak anew (I11). A compromised anchor waits for no soak (I6).
 */
function partToGo(one: Succession, facts: HoldFacts): Succession {
  const goes = (some: Succession): boolean => thatGo([some], facts).advancing.length > 0;
  const part = whereSoaked(one, facts);
  if (isNamed(one, facts) || part === one || !isUninterrupted(part, facts) || !goes(part)) return one;
  return isJustServed(part, facts) || !goes(whereLeftOut(one, facts)) ? part : one;
}
