import * as z from 'zod';
import { type ClientFacts, leafIn } from '../client.ts';
import { jsonPrefix } from '../json-prefix.ts';
import type { Blocked } from '../plan-document.ts';
import { isUnread } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { lineageOf } from '../succession/lineage.ts';

/**
 * What the last plan saw, for the next one to hold against: the name that an anchor had, the authority that a client's
 * running leaf was under, and how loudly a blocked cut has been told.
 */
export const seenSchema = z.object({
  kind: z.enum(['anchor', 'client', 'blocked']),
  id: z.string(),
  value: z.string(),
});

export type Seen = z.infer<typeof seenSchema>;

/** The values of one kind by id. */
export const seenOf = (seen: readonly Seen[], kind: Seen['kind']): ReadonlyMap<string, string> =>
  new Map(seen.filter((one) => one.kind === kind).map(({ id, value }) => [id, value]));

/** The authorities that each client was last seen under, by its name. */
export const lastAuthoritiesOf = (seen: readonly Seen[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...seenOf(seen, 'client')].map(([name, value]) => [name, severalIn(value) ?? [value]]));

const several = z.array(z.string()).min(2);

/** Several authorities, which are kept as JSON; null for the text of one. */
const severalIn = (value: string): string[] | null =>
  several.safeParse(jsonPrefix(value)?.value).data ?? null;

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * What this plan saw, what of it is new, and what is to be forgotten since it is over. What is newly blocked, or nearer to
 * its date, is not remembered here: it has been said only when the run has ended red for it.
 */
export function seenNow(
  before: readonly Seen[],
  blocked: readonly Blocked[],
  facts: Facts,
): { changed: Seen[]; over: Seen[]; blocked: Blocked[] } {
  const { anchors } = indexAnchors(facts.inventory);
  const now: Seen[] = [
    ...[...anchors.values()].map(
      ({ anchorId, name }): Seen => ({ kind: 'anchor', id: anchorId, value: name ?? '' }),
    ),
    ...[...facts.clients, ...(facts.witnesses ?? [])].flatMap((client): Seen[] => {
      const [first, ...more] = authoritiesOf(client, facts);
      if (first === undefined) return [];
      const value = more.length > 0 ? JSON.stringify([first, ...more]) : first;
      return [{ kind: 'client', id: client.name, value }];
    }),
    ...blocked.flatMap((one) =>
      keysOf(one).map((id): Seen => ({ kind: 'blocked', id, value: String(urgencyOf(one.anchor, facts)) })),
    ),
  ];
  const known = new Map(before.map((one) => [`${one.kind} ${one.id}`, one.value]));
  const changed = now.filter(({ kind, id, value }) => known.get(`${kind} ${id}`) !== value);
  const current = new Set(now.map(({ kind, id }) => `${kind} ${id}`));
  // Where an anchor is blocked as a whole, or its certificate could not be read, no part of it is over: it may only be hidden.
  const isStill = (id: string): boolean => {
    const [anchorId = ''] = id.split(' ');
    return current.has(`blocked ${id}`) || current.has(`blocked ${anchorId}`) || isUnread(anchorId, facts);
  };
  // An emergency looks at what it names, and has nothing to say of what else is blocked.
  const over =
    facts.request.mode === 'emergency'
      ? []
      : before.filter(({ kind, id }) => kind === 'blocked' && !isStill(id));
  const isLouder = ({ kind, id, value }: Seen): boolean =>
    kind === 'blocked' && Number(value) > Number(known.get(`${kind} ${id}`) ?? -1);
  const louder = new Map(changed.filter(isLouder).map(({ id, value }) => [id, Number(value)]));
  return {
    changed: changed.filter((one) => !isLouder(one)),
    over,
    blocked: blocked.map((one) => {
      const urgencies = keysOf(one).flatMap((key) => louder.get(key) ?? []);
      return urgencies.length > 0 ? { ...one, louder: Math.max(...urgencies) } : one;
    }),
  };
}

/** What a run has said once it ends red: what was newly blocked, or nearer to its date (I13). */
export const saidBy = (blocked: readonly Blocked[]): Seen[] =>
  blocked.flatMap((one) => {
    const { louder } = one;
    return louder === undefined
      ? []
      : keysOf(one).map((id): Seen => ({ kind: 'blocked', id, value: String(louder) }));
  });

/** How near the expiry of an anchor is, in the steps that ring louder: lead time, safety margin, a day, gone (I13). */
function urgencyOf(anchorId: string, { inventory, policy, now }: PlanningFacts): number {
  const anchor = indexAnchors(inventory).anchors.get(anchorId);
  if (!anchor || anchor.flaw) return 0;
  const left = anchor.expiresAt - now;
  const steps = [policy.leadTime, policy.safetyMargin, 86_400, 0];
  return steps.filter((step) => left <= step).length;
}

/** What has been told of an anchor stays told, whatever else is blocked beside it by now: for each client, and for each scope. */
const keysOf = ({ anchor, client, clients, witness, scopes = [] }: Blocked): string[] => {
  if (client ?? witness) return [`${anchor} ${client ?? witness}`];
  if (clients) return clients.map((one) => `${anchor} ${one}`);
  return scopes.length > 0 ? scopes.map((scope) => `${anchor} ${scope}`) : [anchor];
};

/** The authorities that a client's running leaf hangs from, sorted: several where they share a key. None where one has no name. */
function authoritiesOf({ running }: ClientFacts, { inventory }: PlanningFacts): string[] {
  const { anchors } = indexAnchors(inventory);
  const ids = leafIn(running)?.chainsTo ?? [];
  const authorities = ids.map((id) => lineageOf(anchors.get(id)?.name ?? null)?.authority);
  const named = authorities.filter((one) => one !== undefined);
  return named.length < authorities.length ? [] : [...new Set(named)].toSorted();
}
