import { type Inventory, type Scope, unlistedIn } from '../anchor.ts';
import { goingBehind } from '../blocked/blocked-by.ts';
import type { HoldFacts } from '../blocked/holds.ts';
import { leftToTheNext, suspected, unknownKeys, vouchedFor } from '../blocked/letting-in.ts';
import { dueButUnlisted, unansweredClients, unlistedProjects } from '../blocked/unseen.ts';
import { leftOutside } from '../cut/left-outside.ts';
import { unconfirmedCuts } from '../cut/unconfirmed.ts';
import { instant } from '../instant.ts';
import { type Memory, nothingRemembered } from '../memory/journal.ts';
import { shortSoak } from '../memory/soak.ts';
import type { Outside, Plan, Wave } from '../plan-document.ts';
import { failingSinceOf } from '../request.ts';
import { chooseSuccessions } from '../succession/choose.ts';
import { pairSuccessions } from '../succession/pairing.ts';
import { idsOf, isSamePair, merged, servedSoak } from '../succession/resume.ts';
import { unseenFilters } from '../witnesses/concern.ts';
import { isCompromised } from './compromise.ts';
import { dueAt, indexAnchors, type Succession } from './facts.ts';
import { sameEverywhere } from './listing-meaning.ts';
import { scopesOf, thatGo } from './progress.ts';
import { divideByProof } from './readiness.ts';
import { promotionsOf, withoutMoved } from './scope-clients.ts';
import { unprovenScopes } from './scope-plans.ts';
import { allowancesTold, stopgaps, summarize } from './summary.ts';
import { nextRotation, tryAgainAt, tryLeftAgainAt } from './timing.ts';
import { goesAtOnce } from './trust-after-cut.ts';
import { wavesOf } from './waves.ts';

type Facts = HoldFacts & { memory?: Memory; warnings?: readonly string[] };

/**
 * Decides a whole rotation (rules 1 to 6): what retires in favour of what, where and in which order, what proves it, and
 * which cuts are blocked and why. Changes nothing, and lets no blocked cut hold up anything else (I17).
 */
export function plan(given: Facts): Plan {
  const { inventory, policy, request, now, clients, warnings = [] } = given;
  const { outside, blocked: outsiders } = leftOutside(given);
  const facts = withoutLate(given, outside);
  const { rotating, chosen, resumed, isMoreWaiting, isPassedOver, isCutLeft, waiting, left } = takeOn(facts);
  const { scopePlans, blocked: held } = scopesOf(rotating, facts);
  const unseen = [...unlistedProjects(facts), ...unansweredClients(facts)];
  const lettingIn = [...vouchedFor(facts), ...suspected(facts), ...unknownKeys(facts)];
  const others = [...lettingIn, ...unseen, ...dueButUnlisted(facts), ...outsiders];
  const found = [...waiting, ...held, ...left, ...others];
  const atOnce = goesAtOnce(rotating, facts);
  const carried = wavesOf(scopePlans, { ...policy, atOnce });
  const promotions = promotionsOf(
    carried.flatMap(({ scopes }) => scopes),
    clients,
  );
  const waves = withoutMoved(carried, promotions);
  const told = new Set([...found.map(({ anchor }) => anchor), ...takenWhole(rotating, waves, inventory)]);
  const blocked = [...found, ...leftToTheNext(facts, told)];
  // Whoever asked for an emergency and got a part of it, or left a cut unconfirmed behind it, hears of that soon (I13).
  const isPartial = request.mode === 'emergency' && (blocked.length > 0 || isCutLeft);
  const isAnyOutside = outside.length > 0;
  // Whoever names a successor or stages a leaf for it is not to wait for the sweep (I16); a hold only a deployment lifts.
  const isAnyLeft = blocked.some(
    ({ anchor }) => isCompromised(anchor, facts) && !policy.hold.includes(anchor),
  );
  const leftAgainAt = isAnyLeft || isPassedOver ? tryLeftAgainAt(facts, isPassedOver) : null;
  const isPressing = unseen.length > 0 || isAnyOutside;
  const soon = isMoreWaiting || isPartial || unseen.length > 0 || (isAnyOutside && rotating.length > 0);
  // The next run may find the same: it comes later each time, as after a halt.
  const againAt = [
    ...(isAnyOutside ? [tryAgainAt(failingSinceOf(request, now), now)] : []),
    leftAgainAt,
  ].flatMap((one) => one ?? []);
  const { anchors } = indexAnchors(inventory);
  const active = mayBeActive(given);
  const next = nextRotation({ now, policy, active, anchors, rotating, blocked, soon, againAt });
  const decision: Plan['decision'] = rotating.length > 0 ? 'rotate' : blocked.length > 0 ? 'blocked' : 'idle';
  const successions = rotating.map((one) => toldOf(one, resumed));
  const soaks = {
    soakSeconds: chosen.every((one) => isCompromised(one.retiring.anchorId, facts)) ? 0 : policy.soak,
    safetyMarginSeconds: policy.safetyMargin,
  };
  const said = [
    ...warnings,
    ...sameEverywhere(inventory),
    ...unprovenScopes(scopePlans, facts),
    ...allowancesTold(rotating, facts),
    ...stopgaps(rotating),
    // What has served its soak has been waited for.
    ...(chosen.some((one) => !servedSoak(one, facts))
      ? shortSoak({ waves, successions, ...soaks }, now)
      : []),
    ...(rotating.length > 0 ? unseenFilters(facts) : []),
  ];
  return {
    decision,
    mode: request.mode,
    plannedAt: instant(now),
    evidence: policy.evidence,
    ...soaks,
    successions,
    blocked,
    anyBlocked: blocked.length > 0,
    ...(said.length > 0 && { warnings: said }),
    waves,
    atOnce,
    ...(isAnyOutside && { outside }),
    anyOutside: isAnyOutside,
    ...(isPressing && { isPressing }),
    ...(isPassedOver && { isPassedOver }),
    ...(leftAgainAt !== null && { leftAgainAt }),
    promotions,
    nextRotationAt: next === null ? null : instant(next),
    summary: summarize(decision, rotating, blocked, waves),
  };
}

/** The anchors that are active, and where some project could not be listed also those that may be, and are due later. */
function mayBeActive({ inventory, policy, now }: Facts): ReadonlyMap<string, readonly Scope[]> {
  const { anchors, activeIn } = indexAnchors(inventory);
  if (unlistedIn(inventory).size === 0) return activeIn;
  const later = [...anchors.values()].filter((anchor) => dueAt(anchor, policy) > now);
  return new Map([...later.map(({ anchorId }) => [anchorId, []] as const), ...activeIn]);
}

/** Whoever is let in again first runs on the leaf before by the time of the first cut. */
function withoutLate(facts: Facts, outside: readonly Outside[]): Facts {
  if (outside.length === 0) return facts;
  const back = new Set(outside.map(({ client }) => client));
  const clients = facts.clients.map((one) => (back.has(one.name) ? { ...one, running: one.previous } : one));
  return { ...facts, clients };
}

/** What this run takes on: successions of its own, and cuts of earlier runs that nobody has confirmed; and what it does not, and why. */
function takeOn(facts: Facts) {
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
  const taken = chooseSuccessions({ ready: advancing, resumed: provable }, facts);
  const { chosen, cuts, isMoreWaiting, behind, isPassedOver = false } = taken;
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

/** Anchors that are told of by their rotation: those whose waves go through every scope in which they are active. */
function takenWhole(rotating: readonly Succession[], waves: readonly Wave[], inventory: Inventory): string[] {
  const { activeIn } = indexAnchors(inventory);
  const taken = new Set(
    waves.flatMap(({ scopes }) =>
      scopes.flatMap(({ scope, successions }) => successions.map(({ retiring }) => `${scope} ${retiring}`)),
    ),
  );
  return rotating
    .map(({ retiring }) => retiring.anchorId)
    .filter((id) => (activeIn.get(id) ?? []).every((scope) => taken.has(`${scope} ${id}`)));
}

/** A succession as the plan tells of it. */
const toldOf = (one: Succession, resumed: readonly Succession[]): Plan['successions'][number] => ({
  authority: one.authority,
  retiring: one.retiring.anchorId,
  successor: one.successor.anchorId,
  retiringExpiresAt: instant(one.retiring.expiresAt),
  ...(one.stopgap && { stopgap: one.stopgap }),
  ...(resumed.includes(one) && { resumed: true }),
});
