import type { Scope } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import type { Blocked } from '../plan-document.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/** A cut that may not be made: which succession, in which scope, for whom and why (rule 3). */
export type Hold = {
  succession: Succession;
  scope: Scope;
  client?: string;
  /** The witness that nobody can look at. */
  witness?: string;
  isUnprovable?: true;
  /** When it may be made, where only time is missing (Unix seconds). */
  readyAt?: number;
  reason: string;
};

/** Why a cut waits that nobody can prove, with what to do; `scope` may name several. */
export const nobodyProves = (scope: Scope, { retiring, successor }: Succession): string =>
  `no configured client can prove ${successor.anchorId} in ${scope}, so ${retiring.anchorId} is not cut there: configure a client of that scope with a leaf of the successor staged, or name the scope in policy.listingScopes, and in an emergency by --on-listing, to rotate it without a proof on the wire`;

/**
 * Why a cut waits whose successor ends before it is relied on no more (Unix seconds), as one may that policy names (I2, I19); null where it lasts. What is
 * compromised waits for no date (I16).
 */
export function endsTooSoon(
  { retiring, successor }: Succession,
  until: number,
  facts: PlanningFacts,
): string | null {
  if (successor.expiresAt > until || isCompromised(retiring.anchorId, facts)) return null;
  return `${successor.anchorId} is to succeed ${retiring.anchorId} and itself ends at ${instant(successor.expiresAt)}, not after ${instant(until)}, until when it is relied on: upload a generation that lasts, and name it in policy.successions`;
}

/** Clients that are told of one by one for each anchor; the plan has to be carried, and the first few are what to begin with. */
const MOST_NAMED = 5;

/** What is blocked: one entry for each anchor and client, and one for all scopes of an anchor that nobody can prove. */
export function blockedBy(holds: readonly Hold[]): Blocked[] {
  const byAnchor = Map.groupBy(holds, ({ succession }) => succession.retiring.anchorId);
  return [...byAnchor].flatMap(([anchor, ofAnchor]): Blocked[] => {
    const groups = Map.groupBy(ofAnchor, ({ client, witness, isUnprovable, reason }) =>
      JSON.stringify(client ?? (witness ? [witness, reason] : isUnprovable ? [] : [reason])),
    );
    const entries = [...groups.values()].flatMap((group) => entryOf(anchor, group));
    const clients = entries.filter(({ client }) => client !== undefined);
    const others = entries.filter(({ client }) => client === undefined);
    return [...others, ...clients.slice(0, MOST_NAMED), ...restOf(anchor, clients.slice(MOST_NAMED))];
  });
}

function entryOf(anchor: string, group: readonly Hold[]): Blocked[] {
  const [first] = group;
  if (!first) return [];
  const { succession, client, witness, isUnprovable, reason, readyAt } = first;
  const scopes = [...new Set(group.map(({ scope }) => scope))];
  const why = isUnprovable ? nobodyProves(firstFew(scopes, 10).join(', '), succession) : reason;
  return [
    {
      anchor,
      reason: why,
      scopes,
      ...(client && { client }),
      ...(witness && { witness }),
      ...(readyAt !== undefined && { readyAt }),
    },
  ];
}

function restOf(anchor: string, clients: readonly Blocked[]): Blocked[] {
  const names = clients.flatMap(({ client }) => client ?? []);
  if (names.length === 0) return [];
  const ready = clients.flatMap(({ readyAt = [] }) => readyAt);
  return [
    {
      anchor,
      clients: names,
      reason: `and ${names.length} more clients have nothing to move to: ${firstFew(names, 20).join(', ')}`,
      ...(ready.length > 0 && { readyAt: Math.min(...ready) }),
    },
  ];
}

/** What has failed for days and lets others go ahead: a soak of theirs must not hide it (rule 3, I13). */
export const goingBehind = (successions: readonly Succession[]): Blocked[] =>
  successions.map(({ retiring, successor, scopes }) => ({
    anchor: retiring.anchorId,
    scopes: [...scopes],
    reason: `${retiring.anchorId} could not be replaced by ${successor.anchorId} for three days, so that what else is due goes first, and soaks first: see by windlass history what keeps it, and mend that`,
  }));
