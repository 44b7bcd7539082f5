import type { Scope } from '../anchor.ts';
import { refusersOf } from '../cut/turned-away.ts';
import { type ClientFacts, type Holding, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { askedAbout, type LeafFacts } from '../leaf/leaf-facts.ts';
import { authoritiesIn, statedAuthority } from '../succession/authorities.ts';
import { lineageOf, linesOf } from '../succession/lineage.ts';
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

/** Names of the clients that run on their staged leaf by the time of a cut. */
export type Moved = {
  /** By the end of the run. */
  moved: ReadonlySet<string>;
  /**
   * By the time this scope is cut. Wave by wave everybody has been moved by then; at once, only the clients
   * that this very scope moves.
   */
  movedIn: (scope: Scope) => ReadonlySet<string>;
};

/** Returns which clients these successions move, and by when. */
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

/**
 * Returns the staged leaf that a succession moves a client to; null where there is none. Its path to the
 * successor has to last until `until`, in Unix seconds.
 */
export function movedTo(
  client: ClientFacts,
  succession: Succession,
  until: number,
  facts: ProvingFacts,
): LeafFacts | null {
  const leaf = provingLeaf(client, succession, until, facts);
  return leaf === leafIn(client.staged) ? leaf : null;
}

/**
 * Returns the proving leaf that a client runs on by the time of a cut: the staged one where the client is
 * moved before, else the running one.
 */
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
 * Returns the sound leaf of a client whose path to the successor lasts until `until`. The staged leaf goes
 * first, since it comes next, unless the client was moved past it. A leaf that another anchor turns away
 * before its chain is tried does not count (F7).
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
    // A refusal counts here only for a leaf that leads to the retiring anchor too. For a leaf that leads to
    // the successor alone, the overlap itself shows whether it gets in.
    if (leadsTo(leaf, succession.retiring.anchorId) && refusersOf(leaf, facts).has(anchorId)) return null;
    return shutBy(leaf, client.project, succession, { ...facts, until }) === null ? leaf : null;
  };
  const [staged, running] = [proves(client.staged), proves(client.running)];
  return staged && running && isPast(client, succession) ? running : (staged ?? running);
}

/**
 * Returns the other anchors that let a client in once the retiring one is gone. An anchor that the leaf leads
 * to by its chain counts only where no active anchor has issued the leaf itself (F7). The cut of an expired
 * retiring anchor opens that chain again. A way in has to last as long as the one that is cut, or as long as
 * the leaf is relied on; its path or its anchor may expire before (I19).
 */
export function otherWaysIn(
  leaf: LeafFacts,
  { retiring }: Succession,
  { active, usable }: Trust,
  until: number,
  facts: Pick<PlanningFacts, 'memory' | 'request'>,
): string[] {
  const anchorEnds = retiring.flaw ? until : retiring.expiresAt;
  // Where nobody can tell whether the leaf leads to the retiring anchor, the other way has to last as long as
  // that one might.
  const own = leadsTo(leaf, retiring.anchorId) ? (leaf.validUntil[retiring.anchorId] ?? 0) : until;
  const needed = Math.min(own, anchorEnds, until);
  const endOf = (id: string): number => Math.min(leaf.validUntil[id] ?? 0, usable.get(id) ?? 0);
  const asked = askedAbout(leaf, (id) => active.has(id) && (id !== retiring.anchorId || usable.has(id)));
  // A host may ask any of several anchors, and one of these has refused this very leaf.
  if (asked.some((id) => refusersOf(leaf, facts).has(id))) return [];
  return asked.filter((id) => usable.has(id) && endOf(id) >= needed);
}

/**
 * Returns why a client's running leaf leads to no anchor that is known; null where it does. The client may
 * still work: what cannot be placed is never "not concerned" (I9).
 */
export function unplaced({ running }: ClientFacts): string | null {
  if (running === null) return null;
  if ('unknown' in running) return running.unknown;
  if (running.chainsTo.length > 0) return null;
  return running.problems[0] ?? 'its running leaf leads to no anchor that is uploaded';
}

/**
 * Whether a client whose leaf nobody can place may belong to a succession, by what is known of its authority
 * (rule 3). What the client was last seen to run on counts beside what the configuration states, which may be
 * out of date. An authority that no anchor has by now says nothing: it was mistyped, or its anchors were
 * renamed. The anchors of this pair, or those that the client was last seen on, may have been renamed as well
 * (I9).
 */
export function mayBelongTo(
  client: ClientFacts,
  succession: Succession,
  { inventory }: Pick<PlanningFacts, 'inventory'>,
): boolean {
  const known = authoritiesOf(client);
  if (known.length === 0 || succession.authority === null) return true;
  const { lastAnchors = [] } = client;
  const pair = [succession.retiring, succession.successor];
  const line = linesOf(succession);
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
