import type { Scope } from '../../anchor.ts';
import { type ClientFacts, leafIn } from '../../leaf/client-facts.ts';
import type { LeafFacts } from '../../leaf/leaf-facts.ts';
import { type Lasting, type PlanningFacts, type Succession, successionsByScope } from '../facts.ts';
import { reaching } from '../reach.ts';
import { goesAtOnce } from '../trust-after-cut.ts';
import { type ProvingFacts, provingLeaf } from './proving-leaf.ts';

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
