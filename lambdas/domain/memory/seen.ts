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
  /** The execution that is to tell of it, where it is newly blocked or nearer to its date: told once that one has ended red for it. */
  by: z.string().optional(),
});

/** Which execution asks, the last that has ended red for what was blocked (null where none has), and whether all could be listed. */
export type Telling = { execution: string; toldBy: string | null; isWhole: boolean };

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
 * What this plan saw and is to be remembered, what is to be forgotten since it is over, and whether anything is newly blocked or
 * nearer to its date. That is remembered as this execution's to tell: it has been said only when the run has ended red for it (I13).
 */
export function seenNow(
  before: readonly Seen[],
  blocked: readonly Blocked[],
  facts: Facts,
  { execution, toldBy, isWhole }: Telling,
): { changed: Seen[]; over: Seen[]; isNew: boolean } {
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
  const known = new Map(before.map((one) => [`${one.kind} ${one.id}`, one]));
  const told = new Map(
    before.flatMap(({ kind, id, value, by }) => (by && by !== toldBy ? [] : [[`${kind} ${id}`, value]])),
  );
  const isLouder = ({ kind, id, value }: Seen): boolean =>
    kind === 'blocked' && Number(value) > Number(told.get(`${kind} ${id}`) ?? -1);
  const saw = now.map((one): Seen => (isLouder(one) ? { ...one, by: execution } : one));
  const current = new Set(now.map(({ kind, id }) => `${kind} ${id}`));
  // Where an anchor is blocked as a whole, or its certificate could not be read, no part of it is over: it may only be hidden.
  const isStill = (id: string): boolean => {
    const [anchorId = ''] = id.split(' ');
    return current.has(`blocked ${id}`) || current.has(`blocked ${anchorId}`) || isUnread(anchorId, facts);
  };
  const unseen = before.filter(({ kind, id }) => kind === 'blocked' && !current.has(`${kind} ${id}`));
  // An emergency looks at what it names, and has nothing to say of what else is blocked. What is active in a project that could not
  // be listed is not over.
  const over = facts.request.mode === 'emergency' || !isWhole ? [] : unseen.filter(({ id }) => !isStill(id));
  // Only the last that told is remembered: what it told is no longer its own once another may tell.
  const settled = unseen.filter((one) => one.by && one.by === toldBy && !over.includes(one));
  const changed = saw.filter(({ kind, id, value, by }) => {
    const last = known.get(`${kind} ${id}`);
    return last?.value !== value || last.by !== by;
  });
  return {
    changed: [...changed, ...settled.map(({ by: _, ...one }) => one)],
    over,
    isNew: saw.some(({ by }) => by !== undefined),
  };
}

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
