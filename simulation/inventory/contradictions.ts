import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { shown } from '../../lambdas/domain/bad-fields.ts';
import { meantAmong } from '../../lambdas/domain/closest.ts';
import type { InventoryFile, ListEntry } from './inventory-file.ts';

export type Contradiction = { path: PropertyKey[]; message: string };

/** An entry and where it is. */
type Listed = { entry: ListEntry; path: string };

/**
 * Returns what no real organization could answer: an id twice in one list, or one anchor
 * with different facts in two lists.
 */
export function contradictionsIn(file: InventoryFile): Contradiction[] {
  const lists = [
    { path: ['organization', 'data'], entries: file.organization.data },
    ...file.projects.map(({ certificates }, i) => ({
      path: ['projects', i, 'certificates', 'data'],
      entries: certificates.data,
    })),
  ];
  const first = new Map<string, Listed>();
  const filtered = new Map<string, Listed>();
  return [
    ...repeated(
      file.projects.map(({ id }) => id),
      ['projects'],
    ),
    ...reserved(file),
    ...strangers(file, 'clients'),
    ...strangers(file, 'mustRefuse'),
    ...outsiders(file),
    ...lists.flatMap(({ path, entries }) =>
      repeated(
        entries.map(({ id }) => id),
        path,
      ),
    ),
    ...lists.flatMap(({ path, entries }) =>
      entries.flatMap((entry, i) => {
        const here = [...path, i];
        const listed = { entry, path: here.join('.') };
        const [known, stated] = [first.get(entry.id), filtered.get(entry.id)];
        if (!known) first.set(entry.id, listed);
        if (!stated && entry.filter !== undefined) filtered.set(entry.id, listed);
        return [
          ...impossible(entry, here),
          ...(known ? disagreement(entry, here, known) : []),
          ...(stated ? otherFilter(entry, here, stated) : []),
        ];
      }),
    ),
  ];
}

function repeated(ids: readonly string[], path: PropertyKey[]): Contradiction[] {
  return ids.flatMap((id, i) =>
    ids.indexOf(id) < i ? [{ path: [...path, i, 'id'], message: `${id} is listed twice here` }] : [],
  );
}

function reserved({ projects }: InventoryFile): Contradiction[] {
  return projects.flatMap(({ id }, i) =>
    id === ORGANIZATION
      ? [
          {
            path: ['projects', i, 'id'],
            message: `"${ORGANIZATION}" is the organization itself, not a project`,
          },
        ]
      : [],
  );
}

/**
 * Clients and witnesses of a project or an anchor that the file does not list, and two of one kind
 * for the same project and anchor.
 */
function strangers(file: InventoryFile, list: 'clients' | 'mustRefuse'): Contradiction[] {
  const { organization, projects, [list]: clients = [] } = file;
  const lists = [organization, ...projects.map(({ certificates }) => certificates)];
  const anchors = [...new Set(lists.flatMap(({ data }) => data.map(({ id }) => id)))];
  const ids = projects.map(({ id }) => id);
  const named = clients.map(({ project, anchor }) => `${project} ${anchor}`);
  return clients.flatMap(({ project, anchor }, i) => {
    const path = [list, i];
    const unlisted = (field: string, name: string, listed: readonly string[]) =>
      listed.includes(name)
        ? []
        : { path: [...path, field], message: `no ${field} ${name} is listed${meantAmong(name, listed)}` };
    return [
      unlisted('project', project, ids),
      unlisted('anchor', anchor, anchors),
      named.indexOf(named[i] ?? '') < i
        ? {
            path,
            message:
              list === 'clients'
                ? `${project} on ${anchor} is listed twice here`
                : `${project} on ${anchor} has a witness already`,
          }
        : [],
    ].flat();
  });
}

/** Clients that nothing lets in. No rehearsal has them, and nobody would learn that they are left out. */
function outsiders({ organization, projects, clients = [] }: InventoryFile): Contradiction[] {
  const activeIn = ({ data }: InventoryFile['organization']) =>
    data.flatMap((one) => (one.active ? one.id : []));
  const everywhere = new Set(activeIn(organization));
  const listed = new Set(organization.data.map(({ id }) => id));
  const own = new Map(projects.map(({ id, certificates }) => [id, certificates]));
  return clients.flatMap(({ project, anchor }, i) => {
    const list = own.get(project);
    const isListed = listed.has(anchor) || list?.data.some(({ id }) => id === anchor);
    if (!list || !isListed || everywhere.has(anchor) || activeIn(list).includes(anchor)) return [];
    const message = `${anchor} is active neither in ${project} nor in the organization, so that no client gets in by it there: name an anchor that is active`;
    return [{ path: ['clients', i, 'anchor'], message }];
  });
}

function impossible({ certificate_details }: ListEntry, path: PropertyKey[]): Contradiction[] {
  const { valid_at, expires_at } = certificate_details;
  if (valid_at == null || valid_at < expires_at) return [];
  const message = `${expires_at} is not after valid_at ${valid_at}`;
  return [{ path: [...path, 'certificate_details', 'expires_at'], message }];
}

/** The same anchor must have the same facts wherever it is listed; only `active` belongs to the scope. */
function disagreement(entry: ListEntry, path: PropertyKey[], known: Listed): Contradiction[] {
  const facts = ({ name, certificate_details: { valid_at, expires_at } }: ListEntry) => ({
    name: name ?? null,
    'certificate_details.valid_at': valid_at ?? null,
    'certificate_details.expires_at': expires_at,
  });
  const [mine, theirs] = [facts(entry), facts(known.entry)];
  return (Object.keys(mine) as (keyof typeof mine)[])
    .filter((fact) => mine[fact] !== theirs[fact])
    .map((fact) => ({
      path: [...path, ...fact.split('.')],
      message: differs(entry.id, mine[fact], theirs[fact], known),
    }));
}

/**
 * A filter is its anchor's own. A list without one says nothing about it, and two that are
 * stated have to be the same (F16).
 */
function otherFilter(entry: ListEntry, path: PropertyKey[], stated: Listed): Contradiction[] {
  const [mine, theirs] = [entry.filter, stated.entry.filter];
  if (mine === undefined || mine === theirs) return [];
  const message = `${differs(entry.id, mine, theirs, stated)}: state one filter, in one list`;
  return [{ path: [...path, 'filter'], message }];
}

const differs = (id: string, mine: unknown, theirs: unknown, { path }: Listed): string =>
  `${id} has ${shown(mine)} here and ${shown(theirs)} in ${path}`;
