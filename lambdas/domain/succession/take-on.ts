import { goingBehind } from '../blocked/blocked-by.ts';
import type { HoldFacts } from '../blocked/holds.ts';
import { divideByProof } from '../blocked/unconfirmable.ts';
import { unconfirmedCuts } from '../cut/unconfirmed.ts';
import { nothingRemembered } from '../memory/journal.ts';
import type { Succession } from '../planning/facts.ts';
import { thatGo } from '../planning/progress.ts';
import { chooseSuccessions } from './choose.ts';
import { leftWidened } from './left-widened.ts';
import { pairSuccessions } from './pairing.ts';
import { idsOf, isSamePair, merged, whereSoaked } from './resume.ts';
import { hasServed, isJustServed, isNamed, isOverBySoak } from './standing.ts';

/** What this run takes on: successions of its own, and cuts of earlier runs that nobody has confirmed; and what it does not, and why. */
export function takeOn(facts: HoldFacts) {
  const { policy, request, memory = nothingRemembered } = facts;
  const pairing = pairSuccessions(facts);
  const { advancing, idle, waiting } = thatGo(pairing.pairs, facts);
  const { resumed: unconfirmed, stranded } = unconfirmedCuts(memory.cuts, facts);
  // An emergency does exactly what it was asked to do: what others left unconfirmed must not hold it up.
  const emergency = request.mode === 'emergency';
  const { provable, unprovable } =
    policy.evidence === 'probe' && !emergency
      ? divideByProof(unconfirmed, facts)
      : { provable: emergency ? [] : unconfirmed, unprovable: [] };
  const ready = advancing.map((one) => servedPart(one, facts));
  const taken = chooseSuccessions({ ready, resumed: provable }, facts);
  const { chosen, cuts, behind, isPassedOver = false } = taken;
  // Whoever would be outside soon goes before strangers that may be in (I10). What is compromised does, unless a run has just failed for that.
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
  const isMoreWaiting = taken.isMoreWaiting || isAny || chosen.some((one) => !advancing.includes(one));
  const rotating = merged([...cuts, ...chosen]);
  const isChosen = (one: Succession) => chosen.some((other) => isSamePair(idsOf(other), idsOf(one)));
  return {
    ...{ rotating, chosen, isMoreWaiting, isPassedOver },
    resumed: rotating.filter((one) => !isChosen(one)),
    isCutLeft: unconfirmed.length + stranded.length > 0,
    waiting: [...pairing.blocked, ...waiting, ...idle, ...goingBehind(behind)],
    left: emergency ? [] : [...stranded, ...unprovable],
  };
}

/**
 * What has served its soak in some scopes, in those where a run has something to do; anything else as it is. Where it has not soaked it begins to in a
 * run of its own: what goes wrong there would have all that has served soak anew (I11, I17). What is compromised waits for no soak (I6).
 */
function servedPart(one: Succession, facts: HoldFacts): Succession {
  if (isNamed(one, facts) || !isJustServed(one, facts)) return one;
  const part = whereSoaked(one, facts);
  const isOver = hasServed(part, facts) && thatGo([part], facts).advancing.length > 0;
  return part === one || !isOver ? one : part;
}
