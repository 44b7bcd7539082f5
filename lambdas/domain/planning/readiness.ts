import type { Scope } from '../anchor.ts';
import { askedAbout, type ClientFacts, type Holding, type LeafFacts, leadsTo, leafIn } from '../client.ts';
import { refusersOf } from '../cut/turned-away.ts';
import { authoritiesIn, statedAuthority } from '../succession/authorities.ts';
import { lineageOf } from '../succession/lineage.ts';
import { isPast } from '../succession/moved-past.ts';
import { shutBy } from './direct-path.ts';
import {
  indexAnchors,
  type Lasting,
  type PlanningFacts,
  type Succession,
  successionsByScope,
} from './facts.ts';
import { reaching } from './reach.ts';
import { goesAtOnce, type Trust } from './trust-after-cut.ts';

/** Names of the clients that run on the leaf that is staged for them by the time of a cut. */
export type Moved = {
  /** By the end of the run. */
  moved: ReadonlySet<string>;
  /** When a scope is cut: wave by wave everybody has been moved by then; at once, those that this very scope moves. */
  movedIn: (scope: Scope) => ReadonlySet<string>;
};

/** Who is moved by these successions, and when. */
export function movesOf(
  rotating: readonly Succession[],
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
  lasting: Lasting,
): Moved {
  const movedBy = (one: Succession, scope: Scope): string[] =>
    reaching(facts.clients, scope)
      .filter((client) => movedTo(client, one, lasting(one, client), facts))
      .map(({ name }) => name);
  const byScope = new Map(
    [...successionsByScope(rotating)].map(([scope, here]) => [
      scope,
      new Set(here.flatMap((one) => movedBy(one, scope))),
    ]),
  );
  const moved = new Set([...byScope.values()].flatMap((names) => [...names]));
  const atOnce = goesAtOnce(rotating, facts);
  return { moved, movedIn: (scope) => (atOnce ? (byScope.get(scope) ?? new Set()) : moved) };
}

type ProvingFacts = Pick<PlanningFacts, 'inventory' | 'now' | 'memory' | 'request'>;

/** The staged leaf that a succession moves a client to, where its path to the successor lasts until then, in Unix seconds. */
export function movedTo(
  client: ClientFacts,
  succession: Succession,
  until: number,
  facts: ProvingFacts,
): LeafFacts | null {
  const leaf = provingLeaf(client, succession, until, facts);
  return leaf === leafIn(client.staged) ? leaf : null;
}

/** The same of the leaf that a client has by the time of a cut: the staged one where it is moved before, and else the one that it runs on now. */
export const provingAtTheCut = (
  client: ClientFacts,
  succession: Succession,
  { moved, lasting }: Pick<Moved, 'moved'> & { lasting: Lasting },
  facts: ProvingFacts,
): LeafFacts | null =>
  moved.has(client.name)
    ? provingLeaf({ ...client, running: null }, succession, lasting(succession, client), facts)
    : provingLeaf({ ...client, staged: null }, succession, lasting(succession), facts);

/**
 * The sound leaf of a client whose path to the successor lasts until then: the staged one first, since it comes next, unless the client has been moved past it.
 * One that another anchor turns away before its chain is tried is none (F7).
 */
export function provingLeaf(
  client: ClientFacts,
  succession: Succession,
  until: number,
  facts: ProvingFacts,
): LeafFacts | null {
  const { anchorId, expiresAt } = succession.successor;
  const leadsThere = (leaf: LeafFacts): boolean =>
    leaf.problems.length === 0 && Math.min(leaf.validUntil[anchorId] ?? 0, expiresAt) > until;
  const proves = (held: Holding): LeafFacts | null => {
    const leaf = leafIn(held);
    if (!leaf || !leadsThere(leaf)) return null;
    // Of a leaf that leads to the successor alone the overlap tells.
    if (leadsTo(leaf, succession.retiring.anchorId) && refusersOf(leaf, facts).has(anchorId)) return null;
    return shutBy(leaf, client.project, succession, { ...facts, until }) === null ? leaf : null;
  };
  const [staged, running] = [proves(client.staged), proves(client.running)];
  return staged && running && isPast(client, succession) ? running : (staged ?? running);
}

/**
 * The other anchors that let a client in once a retiring one is gone: by the chain that it sends along only where none that is
 * active has issued the leaf itself (F7). What an expired retiring anchor shuts, its cut opens. A way in that ends before the one that is cut, and before
 * the leaf is relied on no more, is none (I19): its path may hold an intermediate that has expired, or its anchor may expire.
 */
export function otherWaysIn(
  leaf: LeafFacts,
  { retiring }: Succession,
  { active, usable }: Trust,
  until: number,
  facts: Pick<PlanningFacts, 'memory' | 'request'>,
): string[] {
  const anchorEnds = retiring.flaw ? until : retiring.expiresAt;
  // Where nobody can tell whether it leads to what is cut, the other way has to last as long as that one might.
  const own = leadsTo(leaf, retiring.anchorId) ? (leaf.validUntil[retiring.anchorId] ?? 0) : until;
  const needed = Math.min(own, anchorEnds, until);
  const endOf = (id: string): number => Math.min(leaf.validUntil[id] ?? 0, usable.get(id) ?? 0);
  const asked = askedAbout(leaf, (id) => active.has(id) && (id !== retiring.anchorId || usable.has(id)));
  // Which of several a host goes by is its own affair, and one of these has turned this very leaf away.
  if (asked.some((id) => refusersOf(leaf, facts).has(id))) return [];
  return asked.filter((id) => usable.has(id) && endOf(id) >= needed);
}

/**
 * Why a client runs on something that leads to no anchor that we can name, or null when it does not. It may still be a
 * client that works: what cannot be placed is never "not concerned" (I9).
 */
export function unplaced({ running }: ClientFacts): string | null {
  if (running === null) return null;
  if ('unknown' in running) return running.unknown;
  if (running.chainsTo.length > 0) return null;
  return running.problems[0] ?? 'its running leaf leads to no anchor that is uploaded';
}

/**
 * Whether a client that nobody can place may belong to a succession: by what is known of its authority (rule 3). The configuration may still state
 * the one that it has left since, so that what it was last seen under counts beside that. One that no anchor has by
 * now says nothing: it was mistyped, or its anchors have been renamed since. So may those of this very pair have been, or those that it was seen under (I9).
 */
export function mayBelongTo(
  client: ClientFacts,
  { authority, retiring, successor }: Succession,
  { inventory }: Pick<PlanningFacts, 'inventory'>,
): boolean {
  const known = authoritiesOf(client);
  if (known.length === 0 || authority === null) return true;
  const { lastAnchors = [] } = client;
  const pair = [retiring, successor];
  const line = new Set([authority, ...pair.flatMap(({ name }) => lineageOf(name)?.authority ?? [])]);
  const uploaded = authoritiesIn(inventory);
  const { anchors } = indexAnchors(inventory);
  const namesNow = lastAnchors.map((id) => lineageOf(anchors.get(id)?.name ?? null)?.authority);
  return (
    lastAnchors.some((id) => pair.some(({ anchorId }) => anchorId === id)) ||
    namesNow.some((one) => one !== undefined && line.has(one)) ||
    known.some((one) => line.has(one) || !uploaded.has(one))
  );
}

const authoritiesOf = ({ authority, lastAuthorities = [] }: ClientFacts): readonly string[] =>
  authority === undefined ? lastAuthorities : [...lastAuthorities, statedAuthority(authority)];
