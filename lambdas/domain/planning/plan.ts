import { type Inventory, unlistedIn } from '../anchor.ts';
import { heldAndDue } from '../blocked/held-and-due.ts';
import type { HoldFacts } from '../blocked/holds.ts';
import { goesOnWithout, leftOutside } from '../blocked/left-outside.ts';
import {
  isAnyKeyUnanswered,
  leftToTheNext,
  suspected,
  unknownKeys,
  vouchedFor,
} from '../blocked/letting-in.ts';
import { sameIssuerTold } from '../blocked/same-issuer.ts';
import { shutOutTold } from '../blocked/shut-out.ts';
import { stagedTold } from '../blocked/staged-state.ts';
import { unheardOf } from '../blocked/unheard-of.ts';
import { dueButUnlisted, unansweredClients, unlistedProjects } from '../blocked/unseen.ts';
import { instant } from '../instant.ts';
import { shortSoak } from '../memory/soak.ts';
import { comingNext } from '../next-run/coming-next.ts';
import { unprovenScopes } from '../overlap/unproven.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { Wave } from '../plan-document/wave.ts';
import { renamedTold } from '../succession/renamed.ts';
import { servedSoak, stillLeftOut } from '../succession/resume.ts';
import { takeOn } from '../succession/take-on.ts';
import { unaskedWitnesses, unseenFilters } from '../witnesses/unseen.ts';
import { isCompromised } from './compromise.ts';
import { indexAnchors, type Succession } from './facts.ts';
import { sameEverywhere } from './listing-meaning.ts';
import { scopesOf } from './progress.ts';
import { promotionsOf, withoutMoved } from './scope-clients.ts';
import { activeTooEarly, allowancesTold, cutsLeftTold, expiredTold, stopgaps, summarize } from './summary.ts';
import { goesAtOnce } from './trust-after-cut.ts';
import { wavesOf } from './waves.ts';

type Facts = HoldFacts & { warnings?: readonly string[] };

/**
 * Decides a whole rotation (rules 1 to 6): what retires in favour of what, where and in which order, what
 * proves it, and which cuts are blocked and why. Changes nothing. A blocked cut never delays anything else
 * (I17).
 */
export function plan(given: Facts): Plan {
  const { inventory, policy, request, now } = given;
  const { outside, back, blocked: outsiders } = leftOutside(given);
  const facts = withoutLate(given, back);
  const { rotating, chosen, resumed, isMoreWaiting, isPassedOver, isCutLeft, waiting, left } = takeOn(facts);
  const { scopePlans, blocked: held } = scopesOf(rotating, facts);
  const unseen = [...unlistedProjects(facts), ...unansweredClients(facts)];
  const lettingIn = [...vouchedFor(facts, rotating), ...suspected(facts), ...unknownKeys(facts)];
  const unlisted = [...unseen, ...dueButUnlisted(facts), ...unheardOf(facts)];
  const others = [...lettingIn, ...unlisted, ...heldAndDue(facts), ...outsiders];
  const found = [...waiting, ...held, ...left, ...others];
  const atOnce = goesAtOnce(rotating, facts);
  const carried = wavesOf(scopePlans, { ...policy, atOnce });
  const promotions = promotionsOf(
    carried.flatMap(({ scopes }) => scopes),
    given,
  );
  const waves = withoutMoved(carried, promotions);
  const told = new Set([...found.map(({ anchor }) => anchor), ...takenWhole(rotating, waves, inventory)]);
  const seenTo = new Set([...promotions, ...outside].map(({ client }) => client));
  const standing = [...found, ...leftToTheNext(facts, told)];
  const blocked = [...standing, ...shutOutTold(given, seenTo)];
  const isUnseen = unseen.length > 0 || isAnyKeyUnanswered(facts);
  const isAnyOutside = outside.length > 0;
  const coming = comingNext(facts, {
    rotating,
    blocked,
    outside,
    isMoreWaiting,
    isPassedOver,
    isCutLeft,
    isUnseen,
  });
  const decision: Plan['decision'] = rotating.length > 0 ? 'rotate' : blocked.length > 0 ? 'blocked' : 'idle';
  const successions = rotating.map((one) => toldOf(one, resumed));
  const soaks = {
    soakSeconds: chosen.every((one) => isCompromised(one.retiring.anchorId, facts)) ? 0 : policy.soak,
    safetyMarginSeconds: policy.safetyMargin,
  };
  const leftOut = stillLeftOut(rotating, facts);
  const said = saidOf(facts, { rotating, chosen, scopePlans, promotions, waves, successions, ...soaks });
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
    ...(scopePlans.some(({ ownListing }) => ownListing) && { anyOwnListing: true }),
    ...(unlistedIn(inventory).size > 0 && { anyUnlisted: true }),
    ...(isAnyOutside && {
      outside,
      goesOnWithout: goesOnWithout({ atOnce, isRotating: rotating.length > 0 }, facts),
    }),
    anyOutside: isAnyOutside,
    ...((isUnseen || isAnyOutside) && { isPressing: true }),
    ...(isPassedOver && { isPassedOver }),
    ...(coming.leftAgainAt !== null && { leftAgainAt: coming.leftAgainAt }),
    promotions,
    ...(leftOut.length > 0 && { leftOut }),
    nextRotationAt: coming.nextRotationAt,
    summary: summarize(decision, rotating, blocked, waves),
  };
}

/** Returns what a person should know beside what is blocked. */
function saidOf(
  facts: Facts,
  {
    rotating,
    chosen,
    scopePlans,
    promotions,
    ...soaking
  }: {
    rotating: readonly Succession[];
    chosen: readonly Succession[];
    scopePlans: readonly ScopePlan[];
    promotions: Plan['promotions'];
  } & Parameters<typeof shortSoak>[0],
): string[] {
  const { inventory, now, warnings = [] } = facts;
  return [
    ...warnings,
    ...sameEverywhere(inventory),
    ...activeTooEarly(facts),
    ...unprovenScopes(scopePlans, facts),
    ...allowancesTold(rotating, facts),
    ...cutsLeftTold(facts),
    ...expiredTold(rotating, promotions, facts),
    ...stagedTold(rotating, promotions, facts),
    ...sameIssuerTold(rotating, facts),
    ...stopgaps(rotating),
    ...renamedTold(rotating, facts),
    // No warning of a short soak where every soak has been served already.
    ...(chosen.some((one) => !servedSoak(one, facts)) ? shortSoak(soaking, now) : []),
    ...(rotating.length > 0 ? unseenFilters(facts) : []),
    ...unaskedWitnesses(rotating, facts),
  ];
}

/** A client that is let in again runs on its leaf before (AWSPREVIOUS) by the time of the first cut. */
function withoutLate(facts: Facts, back: ReadonlySet<string>): Facts {
  if (back.size === 0) return facts;
  const clients = facts.clients.map((one) => (back.has(one.name) ? { ...one, running: one.previous } : one));
  return { ...facts, clients };
}

/**
 * Returns the retiring anchors that need no entry of their own, since the waves go through every scope where
 * they are active.
 */
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

/** A succession as the plan tells it. */
const toldOf = (one: Succession, resumed: readonly Succession[]): Plan['successions'][number] => ({
  authority: one.authority,
  retiring: one.retiring.anchorId,
  successor: one.successor.anchorId,
  retiringExpiresAt: instant(one.retiring.expiresAt),
  ...(one.stopgap && { stopgap: one.stopgap }),
  ...(one.widened && { widened: true }),
  ...(resumed.includes(one) && { resumed: true }),
});
