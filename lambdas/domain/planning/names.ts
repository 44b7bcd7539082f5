import { type Anchor, ID_PATTERN } from '../anchor.ts';
import { escaped } from '../bad-fields.ts';
import type { Client } from '../client.ts';
import { WindlassError } from '../errors.ts';
import { strayAuthorities } from '../succession/authorities.ts';
import { lineageOf } from '../succession/lineage.ts';
import { indexAnchors, type PlanningFacts } from './facts.ts';

type Named = { path: string; id: string };

/**
 * A hold on an id that no anchor has. `authority` is the one that the anchor was last seen with, where that
 * is known.
 */
export type LostHold = { anchorId: string; authority: string | null };

/** The facts that names are looked up in, and the clients and witnesses that have the names. */
type NamingFacts = Omit<PlanningFacts, 'clients' | 'witnesses'> & {
  clients: readonly Client[];
  witnesses?: readonly Client[];
};

/** What checking the configured names has found: warnings, and holds that protect nothing any more. */
export type NameFindings = { warnings: string[]; lostHolds: LostHold[] };

/**
 * Checks every configured name. Throws `UnknownAnchor`, `UnknownProject` or `InvalidRequest` where the
 * request itself names something that does not exist. A wrong name in the policy or of a client is only a
 * warning, and stops nobody (I17). `lastNames` are the names that anchors were last seen with, by id.
 */
export function checkNames(
  facts: NamingFacts,
  lastNames: ReadonlyMap<string, string | null> = new Map(),
): NameFindings {
  demandRequested(facts);
  const { anchors } = indexAnchors(facts.inventory);
  const projects = new Set(facts.inventory.projects.map(({ projectId }) => projectId));
  const lost = facts.policy.hold.filter((id) => !anchors.has(id));
  const stray = namedAnchors(facts).filter(({ id }) => !anchors.has(id));
  const elsewhere = namedProjects(facts).filter(({ id }) => !projects.has(id));
  return {
    lostHolds: lost.map((anchorId) => ({
      anchorId,
      authority: lineageOf(lastNames.get(anchorId) ?? null)?.authority ?? null,
    })),
    warnings: [
      ...(stray.length > 0
        ? [`no such anchor in the organization: ${listed(stray)}; use an id that the certificates API lists`]
        : []),
      ...(elsewhere.length > 0
        ? [
            `no such project in the organization, or it is archived: ${listed(elsewhere)}; use an id that the projects API lists`,
          ]
        : []),
      ...strayAuthorities([...facts.clients, ...(facts.witnesses ?? [])], facts.inventory),
    ],
  };
}

/**
 * Returns why a hold that protects nothing keeps scheduled cuts of this authority waiting; null where none
 * does.
 */
export function waitsForHold(lostHolds: readonly LostHold[], authority: string | null): string | null {
  const lost = lostHolds.find(
    (one) => one.authority === null || authority === null || one.authority === authority,
  );
  return lost
    ? `policy.hold names ${visible(lost.anchorId)}, which does not exist, so it protects nothing: put the id of the anchor to hold there, or take it out`
    : null;
}

/**
 * Throws `UnknownAnchor`, `UnknownProject` or `InvalidRequest` where an emergency names something that does
 * not exist.
 */
export function demandRequested({
  request,
  clients,
  inventory,
}: Pick<NamingFacts, 'request' | 'clients' | 'inventory'>): void {
  if (request.mode !== 'emergency') return;
  const { anchors } = indexAnchors(inventory);
  const projects = new Set(inventory.projects.map(({ projectId }) => projectId));
  const refuse = (
    name: 'UnknownAnchor' | 'UnknownProject' | 'InvalidRequest',
    named: Named[],
    what: string,
  ) => {
    if (named.length > 0) throw new WindlassError(name, `${what}: ${listed(named, anchors)}`);
  };
  const paths = (path: string, ids: readonly string[]) =>
    ids.map((id, i) => ({ path: `request.${path}.${i}`, id }));
  refuse(
    'UnknownAnchor',
    paths('anchors', request.anchors).filter(({ id }) => !anchors.has(id)),
    'no such anchor in the organization; use an id that the certificates API lists',
  );
  const names = new Set(clients.map(({ name }) => name));
  refuse(
    'InvalidRequest',
    paths('leaveBehind', request.leaveBehind ?? []).filter(({ id }) => !names.has(id)),
    'no such client in the configuration',
  );
  const listing = Array.isArray(request.onListing) ? request.onListing : [];
  refuse(
    'UnknownProject',
    paths('onListing', listing).filter(({ id }) => id !== 'organization' && !projects.has(id)),
    `no such project in the organization, or it is archived${listing.includes('all') ? '; all scopes are named by "onListing": "all", without brackets' : ''}`,
  );
}

function namedAnchors({ policy }: NamingFacts): Named[] {
  return [
    ...policy.hold.map((id, i) => ({ path: `policy.hold.${i}`, id })),
    ...Object.entries(policy.successions).flatMap(([retiring, successor]) => [
      { path: 'policy.successions', id: retiring },
      { path: `policy.successions.${retiring}`, id: successor },
    ]),
  ];
}

const namedProjects = ({ policy, clients }: NamingFacts): Named[] => [
  ...policy.canary.map((id, i) => ({ path: `policy.canary.${i}`, id })),
  ...policy.listingScopes
    .map((id, i) => ({ path: `policy.listingScopes.${i}`, id }))
    .filter(({ id }) => id !== 'organization'),
  ...clients.map(({ name, project }) => ({ path: `clients.${name}.project`, id: project })),
];

/**
 * Lists names in words. An id with a blank or an invisible character is quoted, so that a reader sees why it
 * matches nothing. Where the text is an anchor's name, the id of that anchor is added.
 */
const listed = (named: readonly Named[], anchors: ReadonlyMap<string, Anchor> = new Map()): string =>
  named
    .map(({ path, id }) => {
      const meant = [...anchors.values()].filter(({ name }) => name && spelt(name) === spelt(id));
      const ids =
        meant.length > 0 ? ` is the name of ${meant.map(({ anchorId }) => anchorId).join(', ')}` : '';
      const scope = spelt(id) === 'organization' ? ' is "organization", in small letters' : '';
      return `${path}: ${visible(id)}${ids}${scope}`;
    })
    .join('; ');

const spelt = (name: string): string => name.normalize('NFC').trim().toLowerCase();

/** An id as it is, or in quotes where a blank or what nobody sees is in it. */
const visible = (id: string): string =>
  ID_PATTERN.test(id) ? id : JSON.stringify(id).replaceAll(/[^\x20-\x7e]/g, escaped);
