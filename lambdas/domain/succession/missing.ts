import type { Anchor } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { dayOf } from '../instant.ts';
import { leadsTo } from '../leaf/client-facts.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { unfit } from './fitness.ts';
import { readAlike } from './lineage.ts';

/**
 * Why an anchor has no successor, in words. `readyAt` is when one becomes valid (Unix seconds), where only
 * that is missing.
 */
export type Missing = { reason: string; readyAt?: number };

/** Tells an operator what is missing, and which present anchors may have been meant. */
export function missing(
  retiring: Anchor,
  authority: string,
  line: readonly Anchor[],
  anchors: readonly Anchor[],
  facts: PlanningFacts,
): Missing {
  const alike = anchors.filter(({ name }) => readAlike(name, retiring.name));
  const meant =
    alike.length > 0
      ? `. ${firstFew(alike.map(label), 3).join(', ')} differs from it only by case, Unicode form or invisible characters: rename it if it is the next generation`
      : '';
  // Nobody can type such a name again, or see what is wrong with it.
  if (INVISIBLE.test(authority))
    return {
      reason: `${retiring.anchorId} has no successor, and its name holds invisible characters (${visible(retiring.name ?? '')}): rename it authority@generation without them, or name its successor in policy.successions${meant}`,
      ...readyAt(line, facts),
    };
  const passedOver = line.map((anchor) => `${label(anchor)} ${whyNot(anchor, retiring, facts)}`);
  const considered = passedOver.length > 0 ? ` (passed over: ${firstFew(passedOver, 5).join('; ')})` : '';
  const nextName = freeName(authority, anchors, facts.now);
  const staged = stagedElsewhere(retiring, line, anchors, facts, nextName);
  const over =
    retiring.expiresAt <= facts.now
      ? `. It has ended, and lets nobody in: where no client needs a successor, deactivate ${retiring.anchorId} by hand`
      : '';
  return {
    reason: `${label(retiring)} has no successor: upload a CA certificate named "${nextName}" that is valid now and expires after ${dayOf(Math.min(earliestEnd(retiring, facts), LAST_DATE))}${considered}${meant}${staged}${over}`,
    ...readyAt(line, facts),
  };
}

/**
 * Names the anchors whose leaves are staged for clients of the retiring anchor, though no name says that they
 * are the next generation; empty where there are none.
 */
function stagedElsewhere(
  retiring: Anchor,
  line: readonly Anchor[],
  anchors: readonly Anchor[],
  { clients = [] }: PlanningFacts,
  nextName: string,
): string {
  const known = new Set([retiring, ...line].map(({ anchorId }) => anchorId));
  const moving = clients.filter(({ running }) => leadsTo(running, retiring.anchorId));
  const held = anchors.filter(
    ({ anchorId }) => !known.has(anchorId) && moving.some(({ staged }) => leadsTo(staged, anchorId)),
  );
  if (held.length === 0) return '';
  const names = moving.filter(({ staged }) => held.some(({ anchorId }) => leadsTo(staged, anchorId)));
  const of = firstFew(held.map(label), 3).join(', ');
  const who = firstFew(
    names.map(({ name }) => name),
    3,
  ).join(', ');
  return `. Leaves of ${of} are staged for ${who}: if that is the next generation, rename it "${nextName}", or name it in policy.successions`;
}

/** The last date of a certificate (RFC 5280), in Unix seconds. */
const LAST_DATE = Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000;

/**
 * Returns a name for the next generation that no upload has: by its month, else by its day, else with a
 * number. `now` in Unix seconds.
 */
function freeName(authority: string, anchors: readonly Anchor[], now: number): string {
  const taken = new Set(anchors.map(({ name }) => name?.trim().toLowerCase()));
  const day = dayOf(now);
  const numbered = Array.from({ length: anchors.length + 1 }, (_, n) => `${day}.${n + 2}`);
  const names = [day.slice(0, 7), day, ...numbered].map((generation) => `${authority}@${generation}`);
  return names.find((name) => !taken.has(name.toLowerCase())) ?? `${authority}@${day}`;
}

/** Returns why nobody can tell the authority of an anchor. */
export const unnamed = ({ anchorId, name }: Anchor): string =>
  name?.trim()
    ? `the name of ${anchorId}, "${name}", has no authority before its @`
    : `${anchorId} has no name`;

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A name with each invisible character as its code point. */
const visible = (name: string): string =>
  name.replace(
    new RegExp(INVISIBLE, 'gu'),
    (char) => `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );

const whyNot = (anchor: Anchor, retiring: Anchor, facts: PlanningFacts): string =>
  unfit(anchor, retiring, facts) ?? `is an older generation that ${heldBefore(anchor, facts)}`;

/**
 * Says of an older generation that no client runs on it or has its leaf staged. After a promotion it may be a
 * client's previous leaf, and then there is a way back to it.
 */
const heldBefore = ({ anchorId }: Anchor, { clients = [] }: PlanningFacts): string => {
  const names = clients.filter(({ previous }) => leadsTo(previous, anchorId)).map(({ name }) => name);
  return names.length > 0
    ? `no client has staged: stage the leaf again that ${firstFew(names, 5).join(', ')} had before (AWSPREVIOUS), to go back to it`
    : 'no client holds a leaf of';
};

/** When the first of these anchors becomes valid, where only that is missing. */
export function readyAt(line: readonly Anchor[], facts: PlanningFacts): { readyAt?: number } {
  const { now, policy } = facts;
  const coming = line.flatMap(({ anchorId, validAt, expiresAt }) =>
    validAt !== undefined &&
    validAt > now &&
    expiresAt > validAt &&
    !policy.hold.includes(anchorId) &&
    !isCompromised(anchorId, facts)
      ? [validAt]
      : [],
  );
  return coming.length > 0 ? { readyAt: Math.min(...coming) } : {};
}

/**
 * What {@link unfit} asks for: the successor of a compromised anchor only has to last until the next rotation
 * (rule 2).
 */
const earliestEnd = (retiring: Anchor, facts: PlanningFacts): number => {
  const { policy, now, request } = facts;
  return request.mode === 'emergency' || isCompromised(retiring.anchorId, facts)
    ? now + policy.safetyMargin
    : Math.max(retiring.expiresAt, now + policy.leadTime);
};

/** An anchor by its id, and by its name where it has one. */
export const label = ({ anchorId, name }: Anchor): string => (name ? `${anchorId} (${name})` : anchorId);
