import * as z from 'zod';
import { type Client, type ClientFacts, leafIn } from '../client.ts';
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
  /** Of a client: the secret that held the leaf. An older version did not write it down. */
  secret: z.string().optional(),
  /**
   * What a run is to tell, beside the value that has been told ({@link UNTOLD} where none has): told once that run has ended red for
   * it. An older version goes by the value alone, and tells it again.
   */
  pending: z.object({ value: z.string(), by: z.string() }).optional(),
});

/** How loudly something has been told of which nobody has been told. */
const UNTOLD = '-1';

/** Which run asks, the last that has ended red for what was blocked (null where none has), and whether all could be listed. */
export type Telling = { by: string; toldBy: string | null; isWhole: boolean };

export type Seen = z.infer<typeof seenSchema>;

/** The values of one kind by id. */
export const seenOf = (seen: readonly Seen[], kind: Seen['kind']): ReadonlyMap<string, string> =>
  new Map(seen.filter((one) => one.kind === kind).map(({ id, value }) => [id, value]));

/**
 * The authorities that a client was last seen under; none where nobody knows. What another secret held, or one that an older version
 * has not named, says nothing of this one (I9).
 */
export function lastAuthoritiesOf(seen: readonly Seen[]): (client: Client) => readonly string[] {
  const known = new Map(seen.flatMap((one) => (one.kind === 'client' ? [[one.id, one]] : [])));
  return ({ name, secret }) => {
    const last = known.get(name);
    return last?.secret === secret ? (severalIn(last.value) ?? [last.value]) : [];
  };
}

const several = z.array(z.string()).min(2);

/** Several authorities, which are kept as JSON; null for the text of one. */
const severalIn = (value: string): string[] | null =>
  several.safeParse(jsonPrefix(value)?.value).data ?? null;

type Facts = PlanningFacts & { clients: readonly ClientFacts[]; absent?: readonly ClientFacts[] };

/**
 * What this plan saw and is to be remembered, what is to be forgotten since it is over, and whether anything is newly blocked or
 * nearer to its date. That is remembered as this run's to tell: it has been said only when the run has ended red for it (I13).
 */
export function seenNow(
  before: readonly Seen[],
  blocked: readonly Blocked[],
  facts: Facts,
  { by, toldBy, isWhole }: Telling,
): { changed: Seen[]; over: Seen[]; isNew: boolean } {
  const { anchors } = indexAnchors(facts.inventory);
  const clients = [...facts.clients, ...(facts.absent ?? []), ...(facts.witnesses ?? [])];
  const now: Seen[] = [
    ...[...anchors.values()].map(
      ({ anchorId, name }): Seen => ({ kind: 'anchor', id: anchorId, value: name ?? '' }),
    ),
    ...clients.flatMap((client): Seen[] => {
      const [first, ...more] = authoritiesOf(client, facts) ?? [];
      if (first === undefined) return [];
      const value = more.length > 0 ? JSON.stringify([first, ...more]) : first;
      return [{ kind: 'client', id: client.name, value, secret: client.secret }];
    }),
    ...blocked.flatMap((one) =>
      keysOf(one).map((id): Seen => ({ kind: 'blocked', id, value: String(urgencyOf(one.anchor, facts)) })),
    ),
  ];
  const keyOf = ({ kind, id }: Pick<Seen, 'kind' | 'id'>) => `${kind} ${id}`;
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const toldOf = (one: Seen): string =>
    one.pending && one.pending.by === toldBy ? one.pending.value : one.value;
  const saw = now.map((one): Seen => {
    const last = known.get(keyOf(one));
    const told = last ? toldOf(last) : UNTOLD;
    if (one.kind !== 'blocked' || Number(one.value) <= Number(told)) return one;
    return { ...one, value: told, pending: { value: one.value, by } };
  });
  const current = new Set(now.map(keyOf));
  // Where an anchor is blocked as a whole, or its certificate could not be read, no part of it is over: it may only be hidden.
  const isStill = (id: string): boolean => {
    const [anchorId = ''] = id.split(' ');
    return current.has(`blocked ${id}`) || current.has(`blocked ${anchorId}`) || isUnread(anchorId, facts);
  };
  const unseen = before.filter((one) => one.kind === 'blocked' && !current.has(keyOf(one)));
  // An emergency looks at what it names, and has nothing to say of what else is blocked. What is active in a project that could not
  // be listed is not over.
  const isAsked = facts.request.mode !== 'emergency' && isWhole;
  // What an earlier attempt of this run was to tell, and this one does not see, is told by nobody.
  const isWithdrawn = ({ value, pending }: Seen): boolean => pending?.by === by && value === UNTOLD;
  const over = unseen.filter((one) => isWithdrawn(one) || (isAsked && !isStill(one.id)));
  // It runs on something else by now, and nobody can tell on what: where it was before excludes nothing (I1, I9).
  const moved = clients.filter((client) => authoritiesOf(client, facts) === null);
  const outlived = moved.flatMap(({ name }) => known.get(keyOf({ kind: 'client', id: name })) ?? []);
  // Only the last that told is remembered: what it told is no longer its own once another may tell.
  const settled = unseen.flatMap((one): Seen[] => {
    const isOurs = one.pending?.by === toldBy || one.pending?.by === by;
    if (!one.pending || !isOurs || over.includes(one)) return [];
    return [{ kind: one.kind, id: one.id, value: toldOf(one) }];
  });
  const changed = [...saw, ...settled].filter((one) => !isSame(one, known.get(keyOf(one))));
  return { changed, over: [...over, ...outlived], isNew: saw.some(({ pending }) => pending !== undefined) };
}

const isSame = (one: Seen, last: Seen | undefined): boolean =>
  last?.value === one.value &&
  last.secret === one.secret &&
  last.pending?.value === one.pending?.value &&
  last.pending?.by === one.pending?.by;

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

/**
 * The authorities that a client's running leaf hangs from, sorted: several where they share a key. None where it leads to no anchor
 * or cannot be read, which is no news; null where one of its anchors has no name.
 */
function authoritiesOf({ running }: ClientFacts, { inventory }: PlanningFacts): string[] | null {
  const { anchors } = indexAnchors(inventory);
  const ids = leafIn(running)?.chainsTo ?? [];
  const authorities = ids.map((id) => lineageOf(anchors.get(id)?.name ?? null)?.authority);
  const named = authorities.filter((one) => one !== undefined);
  return named.length < authorities.length ? null : [...new Set(named)].toSorted();
}
