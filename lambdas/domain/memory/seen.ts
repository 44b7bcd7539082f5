import * as z from 'zod';
import { type ClientFacts, leafIn } from '../client.ts';
import type { Blocked } from '../document.ts';
import { indexAnchors, type PlanningFacts } from '../planning/facts.ts';
import { lineageOf } from '../planning/lineage.ts';

/**
 * What the last plan saw, for the next one to hold against: the name that an anchor had, the authority that a client's
 * running leaf was under, and how loudly a blocked cut has been told.
 */
export const seenSchema = z.object({
  kind: z.enum(['anchor', 'client', 'blocked']),
  id: z.string(),
  value: z.string(),
  /** The execution that wrote it: another attempt of its plan has not told anybody yet. */
  execution: z.string().optional(),
});

export type Seen = z.infer<typeof seenSchema>;

/** The values of one kind by id. */
export const seenOf = (seen: readonly Seen[], kind: Seen['kind']): ReadonlyMap<string, string> =>
  new Map(seen.filter((one) => one.kind === kind).map(({ id, value }) => [id, value]));

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/** What this plan saw, what of it is new, and what is to be forgotten since it is over. */
export function seenNow(
  before: readonly Seen[],
  blocked: readonly Blocked[],
  facts: Facts & { execution?: string },
): { changed: Seen[]; over: Seen[]; isRed: boolean } {
  const { anchors } = indexAnchors(facts.inventory);
  const now: Seen[] = [
    ...[...anchors.values()].map(
      ({ anchorId, name }): Seen => ({ kind: 'anchor', id: anchorId, value: name ?? '' }),
    ),
    ...facts.clients.flatMap((client): Seen[] => {
      const authority = authorityOf(client, facts);
      return authority ? [{ kind: 'client', id: client.name, value: authority }] : [];
    }),
    ...blocked.map(
      (one): Seen => ({ kind: 'blocked', id: keyOf(one), value: String(urgencyOf(one.anchor, facts)) }),
    ),
  ];
  const { execution } = facts;
  const current = new Set(now.map(({ kind, id }) => `${kind} ${id}`));
  const known = new Map(before.map((one) => [`${one.kind} ${one.id}`, one.value]));
  const changed = now
    .filter(({ kind, id, value }) => known.get(`${kind} ${id}`) !== value)
    .map((one): Seen => (one.kind === 'blocked' && execution !== undefined ? { ...one, execution } : one));
  const isOwn = (one: Seen): boolean =>
    one.kind === 'blocked' && one.execution !== undefined && one.execution === execution;
  // An attempt whose answer was lost has written it down and told nobody (I13).
  const isUntold = before.some((one) => isOwn(one) && current.has(`${one.kind} ${one.id}`));
  const over = before.filter(({ kind, id }) => kind === 'blocked' && !current.has(`${kind} ${id}`));
  const isLouder = ({ kind, id, value }: Seen): boolean =>
    kind === 'blocked' && Number(value) > Number(known.get(`${kind} ${id}`) ?? -1);
  return { changed, over, isRed: isUntold || changed.some(isLouder) };
}

/** How near the expiry of an anchor is, in the steps that ring louder: lead time, safety margin, a day, gone (I13). */
export function urgencyOf(anchorId: string, { inventory, policy, now }: PlanningFacts): number {
  const expiresAt = indexAnchors(inventory).anchors.get(anchorId)?.expiresAt;
  if (expiresAt === undefined) return 0;
  const left = expiresAt - now;
  const steps = [policy.leadTime, policy.safetyMargin, 86_400, 0];
  return steps.filter((step) => left <= step).length;
}

const keyOf = ({ anchor, client, scopes = [] }: Blocked): string =>
  client ? `${anchor} ${client}` : [anchor, ...scopes.slice(0, 3)].join(' ');

/** The authority that a client's running leaf hangs from, where its anchors agree on one. */
function authorityOf({ running }: ClientFacts, { inventory }: PlanningFacts): string | undefined {
  const { anchors } = indexAnchors(inventory);
  const ids = leafIn(running)?.chainsTo ?? [];
  const authorities = new Set(ids.map((id) => lineageOf(anchors.get(id)?.name ?? null)?.authority));
  return authorities.size === 1 ? [...authorities][0] : undefined;
}
