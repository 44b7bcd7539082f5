import { oncePer } from './once.ts';

/** The scope that every project inherits from (F7). Any other scope is a project's id. */
export const ORGANIZATION = 'organization';

/** `organization`, or the id of one project. */
export type Scope = string;

/** What an id may be. It becomes part of paths, of keys in the table, and of what an operator reads. */
export const ID_PATTERN = /^[\x21-\x7e]{1,256}$/;

/** A CA certificate that was uploaded to the API, without its content. Times are Unix seconds (F5). */
export type Anchor = {
  anchorId: string;
  name: string | null;
  /** When it was uploaded; absent where the API did not say. */
  createdAt?: number | undefined;
  /** Absent where the API did not say. Such an anchor counts as already valid. */
  validAt?: number | undefined;
  /** Zero where the anchor has a flaw: an expiry that nobody can read is never "never expires". */
  expiresAt: number;
  /**
   * Which field cannot be read, in plain words. Such an anchor is never relied on, and stops nothing else
   * (F5).
   */
  flaw?: string;
};

/** An anchor as one scope lists it. `active` is that scope's own toggle, never an inherited one (F5). */
export type ListedAnchor = Anchor & { active: boolean };

/**
 * A project and its own toggles. `unlisted` says why a project could not be listed: nobody knows its toggles
 * then. With `ownListing` the plan asks nothing of the project; the child execution of that scope lists it
 * first.
 */
type ProjectListing = {
  projectId: string;
  name: string | null;
  anchors: readonly ListedAnchor[];
  unlisted?: string;
  ownListing?: true;
};

/**
 * Whether two entries contradict each other about one anchor. A field that one of them leaves out, or that
 * cannot be read, contradicts nothing (F5).
 */
export const contradict = (one: Anchor, other: Anchor): boolean =>
  (!one.flaw && !other.flaw && one.expiresAt !== other.expiresAt) ||
  (one.validAt ?? other.validAt) !== (other.validAt ?? one.validAt) ||
  (one.name ?? other.name) !== (other.name ?? one.name);

/** Returns the entry to go by, of two entries of one anchor: the first that can be read. */
export const readableOf = <T extends Anchor>(one: T | undefined, other: T): T =>
  one && (!one.flaw || other.flaw) ? one : other;

/** Everything that the API says about trust, read at one moment: every scope, paged to the end (F4). */
export type Inventory = { organization: readonly ListedAnchor[]; projects: readonly ProjectListing[] };

/** True while the anchor's own validity covers `now` (Unix seconds). */
export const isValidAt = (anchor: Anchor, now: number): boolean =>
  (anchor.validAt ?? Number.NEGATIVE_INFINITY) <= now && now < anchor.expiresAt;

/**
 * Listings and active ids by scope. Cached, since a plan asks for those of thousands of scopes many times.
 */
const byScope = oncePer((inventory: Inventory) => {
  const scopes = scopesOf(inventory);
  return {
    listings: new Map(scopes.map(({ scope, anchors }) => [scope, anchors])),
    active: new Map(scopes.map(({ scope, anchors }) => [scope, new Set(activeIds(anchors))])),
  };
});

/** Returns one scope's own listing; empty for a project that the inventory does not have. */
export const listingOf = (inventory: Inventory, scope: Scope): readonly ListedAnchor[] =>
  byScope(inventory).listings.get(scope) ?? [];

const NONE: ReadonlySet<string> = new Set();

/** Returns the ids of the anchors that a scope itself has active. */
export const activeSetOf = (inventory: Inventory, scope: Scope): ReadonlySet<string> =>
  byScope(inventory).active.get(scope) ?? NONE;

/** Returns every scope of an inventory with its own listing, the organization first. */
export function scopesOf(inventory: Inventory): { scope: Scope; anchors: readonly ListedAnchor[] }[] {
  return [
    { scope: ORGANIZATION, anchors: inventory.organization },
    ...inventory.projects.map(({ projectId, anchors }) => ({ scope: projectId, anchors })),
  ];
}

/** Returns the projects that could not be listed. Nobody knows what is active there (I9). */
export const unlistedIn = oncePer(
  ({ projects }: Inventory): ReadonlySet<string> =>
    new Set(projects.flatMap(({ projectId, unlisted }) => (unlisted === undefined ? [] : projectId))),
);

/** Returns the projects that the plan has left to their own listing. */
export const ownListingIn = oncePer(
  ({ projects }: Inventory): ReadonlySet<string> =>
    new Set(projects.flatMap(({ projectId, ownListing }) => (ownListing ? projectId : []))),
);

/**
 * Returns the other scope that judges a project's clients beside this one (F7): the organization, or the
 * project itself.
 */
export const otherScope = (scope: Scope, project: string): Scope =>
  scope === ORGANIZATION ? project : ORGANIZATION;

/** Returns the ids of the anchors that a listing shows as active, in its order. */
export const activeIds = (listing: readonly ListedAnchor[]): string[] =>
  listing.filter(({ active }) => active).map(({ anchorId }) => anchorId);
