import { type ClientFacts, leafIn } from '../client.ts';
import { leftOutside } from '../cut/left-outside.ts';
import { unconfirmedCuts } from '../cut/unconfirmed.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import { type Memory, nothingRemembered } from '../memory/journal.ts';
import type { Blocked, Plan, Wave } from '../plan-document.ts';
import type { Policy } from '../policy.ts';
import { unseenFilters } from '../witnesses/concern.ts';
import {
  blockedBy,
  leftToTheNext,
  suspected,
  unansweredClients,
  unlistedProjects,
  vouchedFor,
} from './blocked-by.ts';
import { isCompromised } from './compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from './facts.ts';
import { heldBy, holdsOf } from './holds.ts';
import { sameEverywhere } from './listing-meaning.ts';
import type { LostHold } from './names.ts';
import { divideByProof, lastingFor, movesOf } from './readiness.ts';
import { chooseSuccessions, idsOf, isSamePair, merged } from './resume.ts';
import { planScopes, promotionsOf, unprovenScopes, withoutMoved } from './scope-plans.ts';
import { pairSuccessions, withoutChains } from './succession.ts';
import { nextRotation } from './timing.ts';
import { goesAtOnce } from './trust-after-cut.ts';
import { wavesOf } from './waves.ts';

type Facts = PlanningFacts & {
  clients: readonly ClientFacts[];
  /** Clients whose project is not listed. */
  absent?: readonly ClientFacts[];
  memory?: Memory;
  lostHolds?: readonly LostHold[];
  warnings?: readonly string[];
};

/**
 * Decides a whole rotation (rules 1 to 6): what retires in favour of what, where and in which order, what proves it, and
 * which cuts are blocked and why. Changes nothing, and lets no blocked cut hold up anything else (I17).
 */
export function plan(facts: Facts): Plan {
  const { inventory, policy, request, now, clients, memory = nothingRemembered, warnings = [] } = facts;
  const pairing = pairSuccessions(facts);
  const { advancing, idle, waiting } = thatGo(pairing.pairs, facts);
  const { resumed, stranded } = unconfirmedCuts(memory.cuts, facts);
  // An emergency does exactly what it was asked to do: what others left unconfirmed must not hold it up.
  const emergency = request.mode === 'emergency';
  const { provable, unprovable } =
    policy.evidence === 'probe' && !emergency
      ? divideByProof(resumed, clients, now)
      : { provable: emergency ? [] : resumed, unprovable: [] };
  const { chosen, cuts, isMoreWaiting } = chooseSuccessions(advancing, provable, memory, facts);
  const rotating = merged([...cuts, ...chosen]);
  const { scopePlans, blocked: held } = scopesOf(rotating, facts);
  const left = emergency ? [] : [...stranded, ...unprovable];
  const unseen = [...unlistedProjects(facts), ...unansweredClients(facts)];
  const { outside, blocked: outsiders } = leftOutside(facts);
  const found = [
    ...pairing.blocked,
    ...waiting,
    ...idle,
    ...held,
    ...left,
    ...vouchedFor(facts),
    ...suspected(facts),
    ...unseen,
    ...outsiders,
  ];
  const atOnce = goesAtOnce(rotating, facts);
  const carried = wavesOf(scopePlans, { ...policy, atOnce });
  const promotions = promotionsOf(
    carried.flatMap(({ scopes }) => scopes),
    clients,
  );
  const waves = withoutMoved(carried, promotions);

  const { anchors, activeIn } = indexAnchors(inventory);
  // An anchor is told of by its rotation only where that goes through every scope in which it is active.
  const taken = new Set(
    waves.flatMap(({ scopes }) =>
      scopes.flatMap(({ scope, successions }) => successions.map(({ retiring }) => `${scope} ${retiring}`)),
    ),
  );
  const whole = rotating
    .map(({ retiring }) => retiring.anchorId)
    .filter((id) => (activeIn.get(id) ?? []).every((scope) => taken.has(`${scope} ${id}`)));
  const told = new Set([...found.map(({ anchor }) => anchor), ...whole]);
  const blocked = [...found, ...leftToTheNext(facts, told)];
  // Whoever asked for an emergency and got a part of it, or left a cut unconfirmed behind it, hears of that soon (I13).
  const isPartial = emergency && (blocked.length > 0 || resumed.length > 0 || stranded.length > 0);
  const soon = isMoreWaiting || isPartial || unseen.length > 0 || outside.length > 0;
  const next = nextRotation({ now, policy, active: activeIn, anchors, rotating, blocked, soon });
  const decision: Plan['decision'] = rotating.length > 0 ? 'rotate' : blocked.length > 0 ? 'blocked' : 'idle';
  const said = [
    ...warnings,
    ...sameEverywhere(inventory),
    ...unprovenScopes(scopePlans, facts),
    ...stopgaps(rotating),
    ...(rotating.length > 0 ? unseenFilters(facts) : []),
  ];
  return {
    decision,
    mode: request.mode,
    plannedAt: instant(now),
    evidence: policy.evidence,
    soakSeconds: chosen.every((one) => isCompromised(one.retiring.anchorId, facts)) ? 0 : policy.soak,
    safetyMarginSeconds: policy.safetyMargin,
    successions: rotating.map(({ authority, retiring, successor, stopgap }) => ({
      authority,
      retiring: retiring.anchorId,
      successor: successor.anchorId,
      retiringExpiresAt: instant(retiring.expiresAt),
      ...(stopgap && { stopgap }),
      ...(!chosen.some((one) => isSamePair(idsOf(one), idsOf({ retiring, successor }))) && { resumed: true }),
    })),
    blocked,
    anyBlocked: blocked.length > 0,
    ...(said.length > 0 && { warnings: said }),
    waves,
    atOnce,
    ...(outside.length > 0 && { outside }),
    anyOutside: outside.length > 0,
    promotions,
    nextRotationAt: next === null ? null : instant(next),
    summary: summarize(decision, rotating, blocked, waves),
  };
}

/** The scopes of a set of successions, each with what may be cut there, and what may not and why. */
function scopesOf(rotating: readonly Succession[], facts: Facts) {
  const held = heldIn(rotating, facts);
  return { scopePlans: planScopes(rotating, facts, held), blocked: blockedBy(held.holds) };
}

/** What may not be cut of these successions, by who is moved and how long leaves have to last. */
function heldIn(rotating: readonly Succession[], facts: Facts) {
  const lasting = lastingFor(facts);
  const moves = movesOf(rotating, facts, lasting);
  return { holds: holdsOf(rotating, facts, { ...moves, lasting }), ...moves, lasting };
}

/** The successions that this run may make. What is a stopgap in one of them waits; in one that is idle it would wait for ever. */
function thatGo(
  pairs: readonly Succession[],
  facts: Facts,
): { advancing: Succession[]; idle: Blocked[]; waiting: Blocked[] } {
  const first = divideByProgress(pairs, facts);
  const { pairs: others, waiting } = withoutChains(first.advancing);
  if (waiting.length === 0) return { ...first, waiting };
  const { advancing, idle } = divideByProgress(others, facts);
  return { advancing, idle: [...first.idle, ...idle], waiting };
}

/**
 * Divides successions by whether a run has something to do: somebody to move, or a cut that may be made. Where every cut
 * is held and nobody is ready, it could only say so (rule 3), and would come again for ever. Two that may each be made may
 * hold each other up, so that those that go together are looked at together as well.
 */
function divideByProgress(
  pairs: readonly Succession[],
  facts: Facts,
): { advancing: Succession[]; idle: Blocked[] } {
  const alone = pairs.map((pair) => [pair]).map((group) => progressOf(group, facts));
  const left = alone.filter(({ isProgress }) => isProgress).flatMap(({ group }) => group);
  const isNamed = ({ retiring }: Succession): boolean => isCompromised(retiring.anchorId, facts);
  const groups = [left.filter(isNamed), left.filter((one) => !isNamed(one))];
  const together = groups.map((group) => progressOf(group, facts));
  const going = together.filter(({ isProgress }) => isProgress);
  const idle = [...alone, ...together].filter(({ isProgress }) => !isProgress);
  return {
    advancing: left.filter((one) => going.some(({ group }) => group.includes(one))),
    idle: idle.flatMap(({ holds }) => blockedBy(holds)),
  };
}

/** Whether a run has something to do for these successions, and what holds up their cuts. */
function progressOf(group: Succession[], facts: Facts) {
  const running = new Map(facts.clients.map(({ name, running }) => [name, leafIn(running)?.fingerprint]));
  const held = heldIn(group, facts);
  const isHeld = heldBy(held.holds);
  // A leaf that is current as well as staged moves nobody.
  const isMoved = () =>
    promotionsOf(planScopes(group, facts, held), facts.clients).some(
      ({ client, leaf }) => running.get(client) !== leaf,
    );
  const isProgress = group.some((one) => one.scopes.some((scope) => !isHeld(one, scope))) || isMoved();
  return { group, holds: held.holds, isProgress };
}

const stopgaps = (rotating: readonly Succession[]): string[] =>
  rotating
    .filter(({ stopgap }) => stopgap)
    .map(
      ({ retiring, successor }) =>
        `${successor.anchorId} replaces ${retiring.anchorId} as a stopgap: it only outlives it, until ${instant(successor.expiresAt)}. Upload and stage a longer-lived generation`,
    );

/** The plan of a sweep that found a live rotation: nothing at all (I12). */
export const busyPlan = (policy: Policy, now: number, summary: string): Plan => ({
  decision: 'busy',
  isRed: false,
  mode: 'scheduled',
  plannedAt: instant(now),
  evidence: policy.evidence,
  soakSeconds: 0,
  safetyMarginSeconds: 0,
  successions: [],
  blocked: [],
  anyBlocked: false,
  waves: [],
  atOnce: false,
  anyOutside: false,
  promotions: [],
  nextRotationAt: null,
  summary,
});

/** Reasons that a summary gives; the plan has them all. */
const MOST_REASONS = 12;

function summarize(
  decision: Plan['decision'],
  rotating: readonly Succession[],
  blocked: readonly Blocked[],
  waves: readonly Wave[],
): string {
  const scopes = waves.reduce((total, wave) => total + wave.scopes.length, 0);
  // A cause holds 32,768 characters, and Step Functions refuses a longer one with the whole state.
  const reasons = blocked.map(({ anchor, reason }) => `${anchor}: ${reason}`);
  const held = firstFew(reasons, MOST_REASONS).join(' | ');
  if (decision === 'idle') return 'nothing is due';
  if (decision === 'blocked') return `${blocked.length} blocked. ${held}`;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(rotating.length, 'succession')} in ${plural(scopes, 'scope')}${held ? `; ${blocked.length} blocked. ${held}` : ''}`;
}
