import { type Anchor, activeSetOf, ORGANIZATION, scopesOf } from '../anchor.ts';
import { type ClientFacts, leafIn, unpresentable } from '../client.ts';
import { oncePer } from '../once.ts';
import { isUnread } from '../planning/compromise.ts';
import type { PlanningFacts } from '../planning/facts.ts';

/** Seconds for which a host may still take an expired leaf: its clock may be late. */
const LATE = 3_600;

type Facts = Pick<PlanningFacts, 'inventory' | 'keys' | 'request' | 'now'>;

/**
 * Whether the leaf that a client runs on has expired, or every path from it: it gets in nowhere, and no cut takes anything from it (I17). Of one that
 * nobody can present nobody can say that its client runs on it.
 */
export function isOver(client: ClientFacts, facts: Facts): boolean {
  const leaf = leafIn(client.running);
  return leaf !== null && unpresentable(leaf) === undefined && overSince(client, facts) + LATE <= facts.now;
}

/**
 * The same whichever project judges the client: an API key may be of another than the configured one (F10), whose anchors may not all have been read (I9).
 */
export function isOverAnywhere(client: ClientFacts, facts: Facts): boolean {
  const { endsAt = Infinity } = leafIn(client.running) ?? {};
  return isOver(client, facts) && (endsAt + LATE <= facts.now || !isAnyUnread(facts));
}

const isAnyUnread = oncePer((facts: Facts) =>
  scopesOf(facts.inventory).some(({ scope }) =>
    [...activeSetOf(facts.inventory, scope)].some((id) => isUnread(id, facts)),
  ),
);

/** Whether an anchor has expired and lets nobody in any more: its cut takes nothing from whoever gets in by something else that its leaf leads to (I17). */
export const hasLapsed = ({ expiresAt, flaw }: Pick<Anchor, 'expiresAt' | 'flaw'>, now: number): boolean =>
  flaw === undefined && expiresAt + LATE <= now;

/**
 * Since when what a client runs on has let it in nowhere, or when its leaf will have ended, in Unix seconds. A path that nobody can see may be whole while the leaf
 * lasts: one to an anchor that could not be read, or one that hosts take by key and name alone (I9).
 */
export function overSince({ running, project }: ClientFacts, facts: Facts): number {
  const { endsAt = Infinity, pathsEndedAt = Infinity, signedBy = [] } = leafIn(running) ?? {};
  const isHidden =
    signedBy.length > 0 ||
    [project, ORGANIZATION].some((scope) =>
      [...activeSetOf(facts.inventory, scope)].some((id) => isUnread(id, facts)),
    );
  return isHidden ? endsAt : Math.min(endsAt, pathsEndedAt);
}
