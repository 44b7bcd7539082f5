import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import { placeholdersIn } from './placeholders.ts';
import type { Issue } from './secrets-reach.ts';

type Listed = { project: string };
type Entry = {
  baseUrl: string;
  clients: readonly Listed[];
  mustRefuse: readonly Listed[];
  policy: Pick<Policy, 'canary' | 'listingScopes' | 'hold' | 'successions'>;
};

/** A project's or an anchor's id in an entry, and its place. */
type Mention = { id: string; path: (string | number)[] };

/**
 * Returns projects and anchors that an entry shares with an earlier entry of the same API, in any region,
 * once for each pair of entries. The vendor gives each id to one organization, so both entries are one
 * organization. Each entry has a lease of its own, so two would change one organization's trust at the same
 * time. Neither would know the clients of the other (I1, I12).
 */
export const oneOrganization = (named: Readonly<Record<string, Entry>>): Issue[] =>
  Object.entries(named).flatMap(([name, entry], at, entries) =>
    entries.slice(0, at).flatMap(([other, theirs]) => {
      if (theirs.baseUrl !== entry.baseUrl) return [];
      const known = new Map(mentionsIn(theirs).map(({ id, path }) => [id, path]));
      const shared = mentionsIn(entry).find(({ id }) => known.has(id));
      if (!shared) return [];
      const twin = ['organizations', other, ...(known.get(shared.id) ?? [])].join('.');
      const message = `"${shared.id}" is at ${twin} too, and an id is one organization's alone, so ${other} and ${name} are one organization: make one entry of them, with the clients of both, or correct the id`;
      return [{ path: [name, ...shared.path], message }];
    }),
  );

/** Every id that an entry states, without placeholders that are still to be filled in. */
function mentionsIn({ clients, mustRefuse, policy }: Entry): Mention[] {
  const { canary, listingScopes, hold, successions } = policy;
  const projectsOf = (list: string, all: readonly Listed[]) =>
    all.map(({ project: id }, at) => ({ id, path: [list, at, 'project'] }));
  const idsOf = (list: string, ids: readonly string[]) =>
    ids.map((id, at) => ({ id, path: ['policy', list, at] }));
  return [
    ...projectsOf('clients', clients),
    ...projectsOf('mustRefuse', mustRefuse),
    ...idsOf('canary', canary),
    ...idsOf('listingScopes', listingScopes),
    ...idsOf('hold', hold),
    ...Object.entries(successions).flatMap(([retiring, successor]) =>
      [retiring, successor].map((id) => ({ id, path: ['policy', 'successions', retiring] })),
    ),
  ].filter(({ id }) => id !== ORGANIZATION && placeholdersIn(id, '').length === 0);
}
