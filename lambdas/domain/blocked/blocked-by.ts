import type { Scope } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/** A cut that may not be made: which succession, in which scope, for whom and why (rule 3). */
export type Hold = {
  succession: Succession;
  scope: Scope;
  client?: string;
  /** The witness that nobody can look at. */
  witness?: string;
  /**
   * Set where nobody can prove the successor there: the clients whose leaf of it ends too soon for a proof,
   * and the time after which it would have to end (Unix seconds).
   */
  tooShort?: readonly { client: string; until: number }[];
  /** When the cut may be made, where only time is missing (Unix seconds). */
  readyAt?: number;
  reason: string;
};

/** Returns why a cut that nobody can prove waits, and what to do. `scope` may name several. */
export function nobodyProves(
  scope: Scope,
  { retiring, successor }: Succession,
  tooShort: NonNullable<Hold['tooShort']>,
): string {
  const clients = tooShort.map(({ client, until }) => `${client} (that ends after ${instant(until)})`);
  const each = tooShort.length > 1 ? 'one in each scope of ' : '';
  const [how, what] =
    tooShort.length > 0
      ? [
          ' by a leaf that lasts as long as it is relied on',
          `stage a leaf for ${each}${firstFew(clients, 5).join(', ')}`,
        ]
      : ['', 'configure a client of that scope with a leaf of the successor staged'];
  return `no configured client can prove ${successor.anchorId} in ${scope}${how}, so ${retiring.anchorId} is not cut there: ${what}, or name the scope in policy.listingScopes, and in an emergency by --on-listing, to rotate it without a proof on the wire`;
}

/**
 * Returns why a cut waits whose successor ends while it is still relied on, until `until` in Unix seconds
 * (I2, I19); null where it lasts. A successor that the policy names may be such a one. A compromised anchor
 * waits for no date (I16).
 */
export function endsTooSoon(
  { retiring, successor }: Succession,
  until: number,
  facts: PlanningFacts,
): string | null {
  if (successor.expiresAt > until || isCompromised(retiring.anchorId, facts)) return null;
  return `${successor.anchorId} is to succeed ${retiring.anchorId} and itself ends at ${instant(successor.expiresAt)}, not after ${instant(until)}, until when it is relied on: upload a generation that lasts, and name it in policy.successions`;
}

/**
 * How many clients are told one by one for each anchor. The plan has to be carried, and the first few are
 * enough to begin with.
 */
const MOST_NAMED = 5;

/**
 * Returns what is blocked: one entry for each anchor and client, and one for all scopes of an anchor that
 * nobody can prove.
 */
export function blockedBy(holds: readonly Hold[]): Blocked[] {
  const byAnchor = Map.groupBy(holds, ({ succession }) => succession.retiring.anchorId);
  return [...byAnchor].flatMap(([anchor, ofAnchor]): Blocked[] => {
    const groups = Map.groupBy(ofAnchor, ({ client, witness, tooShort, reason }) =>
      JSON.stringify(client ?? (witness ? [witness, reason] : [tooShort ? tooShort.length > 0 : reason])),
    );
    const entries = [...groups.values()].flatMap((group) => entryOf(anchor, group));
    const clients = entries.filter(({ client }) => client !== undefined);
    const others = entries.filter(({ client }) => client === undefined);
    const rest = clients.slice(MOST_NAMED);
    const isWaiting = ({ readyAt }: Blocked): boolean => readyAt !== undefined;
    return [
      ...others,
      ...clients.slice(0, MOST_NAMED),
      ...restOf(
        anchor,
        rest.filter((one) => !isWaiting(one)),
      ),
      ...restOf(anchor, rest.filter(isWaiting)),
    ];
  });
}

function entryOf(anchor: string, group: readonly Hold[]): Blocked[] {
  const [first] = group;
  if (!first) return [];
  const { succession, client, witness, tooShort, reason, readyAt } = first;
  const scopes = [...new Set(group.map(({ scope }) => scope))];
  const why = tooShort
    ? nobodyProves(
        firstFew(scopes, 10).join(', '),
        succession,
        group.flatMap((one) => one.tooShort ?? []),
      )
    : reason;
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

/** Returns one entry for the remaining clients. Either all of them only have to wait, or none. */
function restOf(anchor: string, clients: readonly Blocked[]): Blocked[] {
  const names = clients.flatMap(({ client }) => client ?? []);
  if (names.length === 0) return [];
  const ready = clients.flatMap(({ readyAt = [] }) => readyAt);
  const what =
    ready.length > 0 ? 'only to wait until what is staged for them is valid' : 'nothing to move to';
  return [
    {
      anchor,
      clients: names,
      reason: `and ${names.length} more clients have ${what}: ${firstFew(names, 20).join(', ')}`,
      ...(ready.length > 0 && { readyAt: Math.min(...ready) }),
    },
  ];
}

/**
 * Tells of successions that have failed for days and let others go ahead. A soak of those others must not
 * hide them (rule 3, I13).
 */
export const goingBehind = (successions: readonly Succession[]): Blocked[] =>
  successions.map(({ retiring, successor, scopes }) => ({
    anchor: retiring.anchorId,
    scopes: [...scopes],
    reason: `${retiring.anchorId} could not be replaced by ${successor.anchorId} for three days, so that what else is due goes first, and soaks first: see by windlass history what keeps it, and mend that`,
  }));
