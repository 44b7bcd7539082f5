import { type Anchor, activeSetOf, ORGANIZATION, type Scope } from '../anchor.ts';
import { shadowsItsOwnWayIn } from '../blocked/own-way-in.ts';
import { firstFew } from '../first-few.ts';
import { dayOf, secondsOf } from '../instant.ts';
import { nothingRemembered } from '../memory/journal.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { isCompromised, isNamed } from '../planning/compromise.ts';
import { dueAt, indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { withoutLeaving } from './leaving.ts';
import { lineageOf } from './lineage.ts';
import { hasFailedForDays } from './patience.ts';
import { idsOf, isSamePair, soakOf, takenBackAt } from './resume.ts';
import { chooseSuccessor } from './successor.ts';

/** Pairs every due anchor with its successor, or says why it has none (rules 1 to 3). */
export function pairSuccessions(facts: PlanningFacts): { pairs: Succession[]; blocked: Blocked[] } {
  const { anchors, activeIn } = indexAnchors(facts.inventory);
  const pairs: Succession[] = [];
  const blocked: Blocked[] = [];
  for (const retiring of dueAnchors(anchors, activeIn, facts)) {
    // A compromised anchor is cut, whenever it expires. Without a readable date nobody can say when another
    // one is due.
    if (retiring.flaw && !isCompromised(retiring.anchorId, facts) && !isNamed(retiring.anchorId, facts)) {
      blocked.push({ anchor: retiring.anchorId, reason: flawed(retiring) });
      continue;
    }
    const found = chooseSuccessor(retiring, [...anchors.values()], facts);
    if ('reason' in found) {
      blocked.push({ anchor: retiring.anchorId, ...found });
      continue;
    }
    const authority = lineageOf(retiring.name)?.authority ?? null;
    const pair = { authority, retiring, ...found, scopes: activeIn.get(retiring.anchorId) ?? [] };
    const reason = whyTakenBack(pair, facts);
    if (reason !== null) {
      blocked.push({ anchor: retiring.anchorId, reason });
      continue;
    }
    const left = withoutLeaving(pair, facts);
    blocked.push(...left.blocked);
    const { scopes: kept } = left.pair;
    const shut = kept.includes(ORGANIZATION) ? shadowsItsOwnWayIn(left.pair, facts) : null;
    if (shut !== null) blocked.push({ anchor: retiring.anchorId, scopes: [ORGANIZATION], reason: shut });
    const scopes = kept.filter((scope) => shut === null || scope !== ORGANIZATION);
    if (scopes.length > 0) pairs.push({ ...left.pair, scopes });
  }
  return { pairs, blocked };
}

/**
 * Returns why only a person may try this pair: its successor was taken back, since strangers got in by it, or
 * clients did not; null where any run may. Nobody can read whether its filter was repaired (F16), unless a
 * person has made it active. A compromised anchor waits for no filter (I16).
 */
function whyTakenBack(pair: Succession, facts: PlanningFacts): string | null {
  const { request, inventory } = facts;
  const { retiring, successor, scopes } = pair;
  if (request.mode !== 'scheduled' || isCompromised(retiring.anchorId, facts)) return null;
  const at = takenBackAt(idsOf(pair), facts);
  if (at === undefined) return null;
  const standsIn = scopes.filter((scope) => activeSetOf(inventory, scope).has(successor.anchorId));
  // A scope that was proven, or that no witness covers, keeps the successor: nobody can tell whether
  // strangers get in there.
  const stands =
    standsIn.length > 0
      ? ` It is still active in ${firstFew(standsIn, 5).join(', ')}: deactivate it there if its filter lets in who has to stay out.`
      : '';
  return `${successor.anchorId} was made active and taken back on ${dayOf(secondsOf(at))}: strangers got in by it, or clients did not. Repair its filter, or, where that is right, what else keeps those clients out, then start a run with --manual, or upload another generation and stage leaves of it: no sweep tries it again.${stands}`;
}

const flawed = ({ anchorId, flaw }: Anchor): string =>
  `${anchorId} ${flaw}: look at it in the vendor's console, and replace it by hand or upload it again`;

/**
 * Divides pairs into those that go and those that wait. A successor that is due itself, a stopgap or one that
 * the policy names, is rotated in a later run (rule 2). Otherwise clients would be moved onto an anchor that
 * the same run cuts. It waits until the pair that needs it has failed for more than a day. From then on the
 * two take turns by day, since its own date comes nearer.
 */
export function withoutChains(
  all: readonly Succession[],
  facts: PlanningFacts,
): { pairs: Succession[]; waiting: Blocked[] } {
  const due = new Set(all.map(({ retiring }) => retiring.anchorId));
  const isYielding = (one: Succession): boolean =>
    due.has(one.successor.anchorId) && isItsStopgapsTurn(one, facts);
  const pairs = all.filter((one) => !isYielding(one));
  const yielding = all.filter(isYielding).map(
    ({ retiring, successor }): Blocked => ({
      anchor: retiring.anchorId,
      reason: `${retiring.anchorId} could not be rotated to ${successor.anchorId} for more than a day: that one is due as well and is rotated itself first, and the two take turns by day. See why that rotation halts, or upload and stage a longer-lived generation`,
    }),
  );
  const needed = new Map(
    pairs.filter((one) => !closesCircle(one, pairs)).map((one) => [one.successor.anchorId, one]),
  );
  const waiting = pairs.flatMap(({ retiring }): Blocked[] => {
    const needs = needed.get(retiring.anchorId);
    if (!needs) return [];
    const as = needs.stopgap ? 'stopgap for' : 'successor of';
    const reason = `${retiring.anchorId} is the ${as} ${needs.retiring.anchorId} in this run, and is rotated itself in the next`;
    return [{ anchor: retiring.anchorId, reason }];
  });
  return {
    pairs: pairs.filter(({ retiring }) => !needed.has(retiring.anchorId)),
    waiting: [...yielding, ...waiting],
  };
}

/**
 * True for one pair of a circle, in which each would wait for the next for ever: the pair whose successor
 * expires first. That successor's own rotation does not wait for it.
 */
function closesCircle({ successor, retiring }: Succession, pairs: readonly Succession[]): boolean {
  const next = new Map(pairs.map((one) => [one.retiring.anchorId, one]));
  const circle: Succession[] = [];
  for (
    let at = next.get(successor.anchorId);
    at && !circle.includes(at);
    at = next.get(at.successor.anchorId)
  )
    circle.push(at);
  if (circle.at(-1)?.retiring.anchorId !== retiring.anchorId) return false;
  const [first] = circle.map((one) => one.retiring).toSorted(byExpiry);
  return first?.anchorId === successor.anchorId;
}

const byExpiry = (one: Anchor, other: Anchor): number =>
  one.expiresAt - other.expiresAt || (one.anchorId < other.anchorId ? -1 : 1);

const DAY = 86_400;

/**
 * Whether a successor that is due itself goes today, instead of the pair that needs it. The pair is failing
 * when its soak ended, or it was begun, more than a day ago. A compromised pair waits for nothing (I16),
 * until it has failed for days: the stopgap's own date comes nearer all the same.
 */
function isItsStopgapsTurn(one: Succession, facts: PlanningFacts): boolean {
  const { memory = nothingRemembered, now, request } = facts;
  const since =
    soakOf(idsOf(one), memory.soaks)?.soakUntil ??
    memory.begun?.find((begun) => isSamePair(begun, idsOf(one)))?.begunAt;
  const isFailing = isCompromised(one.retiring.anchorId, facts)
    ? request.mode !== 'emergency' && hasFailedForDays(one, facts)
    : since !== undefined && secondsOf(since) < now - DAY;
  return isFailing && Math.floor(now / DAY) % 2 === 0;
}

function dueAnchors(
  anchors: ReadonlyMap<string, Anchor>,
  activeIn: ReadonlyMap<string, readonly Scope[]>,
  facts: PlanningFacts,
): Anchor[] {
  const { policy, request, now } = facts;
  const active = [...anchors.values()].filter(({ anchorId }) => activeIn.has(anchorId));
  if (request.mode === 'emergency') return active.filter(({ anchorId }) => isNamed(anchorId, facts));
  const isHeld = (anchor: Anchor) => policy.hold.includes(anchor.anchorId);
  // A hold wins over a compromise (I5), and is told, red. So a held one stays in the list, and is blocked
  // later.
  return active.filter((anchor) =>
    isCompromised(anchor.anchorId, facts) ? true : !isHeld(anchor) && dueAt(anchor, policy) <= now,
  );
}
