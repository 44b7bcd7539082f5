import { type Anchor, activeSetOf, ORGANIZATION, scopesOf } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import { unpresentable } from '../leaf/problems.ts';
import { oncePer } from '../once.ts';
import { isUnread } from '../planning/compromise.ts';
import type { PlanningFacts } from '../planning/facts.ts';

/** Seconds for which a host may still accept an expired leaf, since the host's clock may be slow. */
const LATE = 3_600;

type Facts = Pick<PlanningFacts, 'inventory' | 'keys' | 'request' | 'now'>;

/**
 * Whether the leaf that a client runs on has expired, or every path from it. Such a client gets in nowhere,
 * and no cut takes anything from it (I17). False for a leaf that no TLS stack can present, since nobody can
 * say that the client runs on it.
 */
export function isOver(client: ClientFacts, facts: Facts): boolean {
  const leaf = leafIn(client.running);
  return leaf !== null && unpresentable(leaf) === undefined && overSince(client, facts) + LATE <= facts.now;
}

/**
 * The same for every project that may judge the client. Its API key may be of another project than the
 * configured one (F10), whose anchors may not all have been read (I9).
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

/**
 * Whether an anchor has expired and lets nobody in any more. Its cut takes nothing from a client that gets in
 * by another anchor of its leaf (I17).
 */
export const hasLapsed = ({ expiresAt, flaw }: Pick<Anchor, 'expiresAt' | 'flaw'>, now: number): boolean =>
  flaw === undefined && expiresAt + LATE <= now;

/**
 * Returns since when a client's running leaf lets it in nowhere, or when that leaf will end, in Unix seconds.
 * Where a path may exist that nobody can see, only the end of the leaf itself counts: a path to an anchor
 * that could not be read, or one that hosts take by key and name alone (I9).
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
