import { oncePer } from './once.ts';

/** The scope that every project inherits from (F7). Any other scope is a project's id. */
export const ORGANIZATION = 'organization';

/** `organization`, or the id of one project. */
export type Scope = string;

/** What an id may be: it becomes part of paths, of keys in the table, and of what an operator reads. */
export const ID_PATTERN = /^[\x21-\x7e]{1,256}$/;

/** A CA certificate uploaded to the API, without its content. Times are Unix seconds (F5). */
export type Anchor = {
  anchorId: string;
  name: string | null;
  /** When it was uploaded; absent when the API did not say. */
  createdAt?: number | undefined;
  /** Absent when the API did not say; such an anchor counts as already valid. */
  validAt?: number | undefined;
  /** Zero where the anchor has a flaw: what nobody can read is never "never expires". */
  expiresAt: number;
  /** Which field we cannot read, in plain words. Such an anchor is never relied on, and stops nobody else (F5). */
  flaw?: string;
};

/** An anchor as one scope lists it: `active` is that scope's own toggle, never an inherited one (F5). */
export type ListedAnchor = Anchor & { active: boolean };

/**
 * A project and its own toggles. One that could not be listed has none that anybody knows of, and says why. One that is left to its own
 * listing is asked for nothing by the plan: the child that goes there lists it first.
 */
type ProjectListing = {
  projectId: string;
  name: string | null;
  anchors: readonly ListedAnchor[];
  unlisted?: string;
  ownListing?: true;
};

/** Whether two entries say different things of one anchor. What one of them leaves out, or says unreadably, contradicts nobody (F5). */
export const contradict = (one: Anchor, other: Anchor): boolean =>
  (!one.flaw && !other.flaw && one.expiresAt !== other.expiresAt) ||
  (one.validAt ?? other.validAt) !== (other.validAt ?? one.validAt) ||
  (one.name ?? other.name) !== (other.name ?? one.name);

/** Of two entries of one anchor, the one to go by: the first that can be read. */
export const readableOf = <T extends Anchor>(one: T | undefined, other: T): T =>
  one && (!one.flaw || other.flaw) ? one : other;

/** Everything the API says about trust, read at one moment: every scope, paged to the end (F4). */
export type Inventory = { organization: readonly ListedAnchor[]; projects: readonly ProjectListing[] };

/** True while the anchor's own validity covers `now` (Unix seconds). */
export const isValidAt = (anchor: Anchor, now: number): boolean =>
  (anchor.validAt ?? Number.NEGATIVE_INFINITY) <= now && now < anchor.expiresAt;

/** Listings and active ids by scope: a plan asks for those of thousands of scopes, many times. */
const byScope = oncePer((inventory: Inventory) => {
  const scopes = scopesOf(inventory);
  return {
    listings: new Map(scopes.map(({ scope, anchors }) => [scope, anchors])),
    active: new Map(scopes.map(({ scope, anchors }) => [scope, new Set(activeIds(anchors))])),
  };
});

/** One scope's own listing; empty for a project the inventory does not have. */
export const listingOf = (inventory: Inventory, scope: Scope): readonly ListedAnchor[] =>
  byScope(inventory).listings.get(scope) ?? [];

const NONE: ReadonlySet<string> = new Set();

/** Ids of the anchors that a scope itself has active. */
export const activeSetOf = (inventory: Inventory, scope: Scope): ReadonlySet<string> =>
  byScope(inventory).active.get(scope) ?? NONE;

/** Every scope of an inventory with its own listing, the organization first. */
export function scopesOf(inventory: Inventory): { scope: Scope; anchors: readonly ListedAnchor[] }[] {
  return [
    { scope: ORGANIZATION, anchors: inventory.organization },
    ...inventory.projects.map(({ projectId, anchors }) => ({ scope: projectId, anchors })),
  ];
}

/** Projects that could not be listed: what is active there, nobody knows (I9). */
export const unlistedIn = oncePer(
  ({ projects }: Inventory): ReadonlySet<string> =>
    new Set(projects.flatMap(({ projectId, unlisted }) => (unlisted === undefined ? [] : projectId))),
);

/** Projects that the plan has left to their own listing. */
export const ownListingIn = oncePer(
  ({ projects }: Inventory): ReadonlySet<string> =>
    new Set(projects.flatMap(({ projectId, ownListing }) => (ownListing ? projectId : []))),
);

/** The other scope that judges a project's clients beside this one (F7): the organization's, or the project's own. */
export const otherScope = (scope: Scope, project: string): Scope =>
  scope === ORGANIZATION ? project : ORGANIZATION;

/** Ids of the anchors a listing shows as active, in its order. */
export const activeIds = (listing: readonly ListedAnchor[]): string[] =>
  listing.filter(({ active }) => active).map(({ anchorId }) => anchorId);
