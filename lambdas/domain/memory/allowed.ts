import { ORGANIZATION } from '../anchor.ts';
import type { Allowance, CompromisedMemory } from './journal.ts';

/** What names have to be looked up in before anything is allowed by them. */
type Known = {
  clients: readonly { name: string }[];
  inventory: { projects: readonly { projectId: string }[] };
};

/** What is remembered of one compromise, with what was asked and has been looked up: struck off, and allowed where all of it is there. */
export type Settled = Required<Pick<CompromisedMemory, 'anchorId' | 'asked' | 'leaveBehind' | 'onListing'>>;

/** What an emergency asks to be allowed; nothing where it asks for nothing. */
export const askedBy = ({ leaveBehind, onListing }: Allowance): Allowance[] =>
  leaveBehind || onListing ? [{ ...(leaveBehind && { leaveBehind }), ...(onListing && { onListing }) }] : [];

/** These without one of them, and each of them once. */
export const without = (asked: readonly Allowance[], one: readonly Allowance[]): Allowance[] => {
  const struck = new Set(one.map((each) => JSON.stringify(each)));
  return [...new Map(asked.map((each) => [JSON.stringify(each), each]))].flatMap(([key, each]) =>
    struck.has(key) ? [] : [each],
  );
};

/**
 * Looks up what emergencies asked to be allowed. A request with a name that nobody knows is refused with all that it asked for, by
 * whichever run comes to look (I6): the one that it belonged to may have been told that another is at work.
 */
export function settledAllowances(
  remembered: readonly CompromisedMemory[],
  known: Known,
): { allowances: CompromisedMemory[]; settled: Settled[]; refused: string[] } {
  const refused = new Set<string>();
  const settled = remembered.flatMap((one): Settled[] => {
    const { anchorId, asked = [] } = one;
    if (asked.length === 0) return [];
    const allowed = asked.filter((each) => {
      const unknown = unknownIn(each, known);
      for (const name of unknown) refused.add(name);
      return unknown.length === 0;
    });
    return [{ anchorId, asked, ...together([one, ...allowed]) }];
  });
  const byAnchor = new Map(settled.map(({ asked: _, ...one }) => [one.anchorId, one]));
  const allowances = remembered.map(({ asked: _, ...one }) => ({ ...one, ...byAnchor.get(one.anchorId) }));
  return { allowances, settled, refused: [...refused] };
}

/** What one emergency was allowed and what another was: whoever takes something back says so, by `windlass compromised`. */
function together(all: readonly Allowance[]): Required<Allowance> {
  const scopes = all.flatMap(({ onListing = [] }) => (onListing === 'all' ? [] : onListing));
  return {
    leaveBehind: [...new Set(all.flatMap(({ leaveBehind = [] }) => leaveBehind))],
    onListing: all.some(({ onListing }) => onListing === 'all') ? 'all' : [...new Set(scopes)],
  };
}

function unknownIn({ leaveBehind = [], onListing = [] }: Allowance, { clients, inventory }: Known): string[] {
  const names = new Set(clients.map(({ name }) => name));
  const scopes = new Set([ORGANIZATION, ...inventory.projects.map(({ projectId }) => projectId)]);
  const listed = onListing === 'all' ? [] : onListing;
  return [...leaveBehind.filter((name) => !names.has(name)), ...listed.filter((scope) => !scopes.has(scope))];
}
