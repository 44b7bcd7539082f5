import type { Inventory, ListedAnchor } from '../anchor.ts';

/**
 * Returns an inventory in which every project that is left to its own listing has those uploads active that
 * `isActive` accepts. All uploads are in the organization's list (F5).
 */
export function assuming(inventory: Inventory, isActive: (anchorId: string) => boolean): Inventory {
  const { organization, projects } = inventory;
  // One listing for all of them, since there may be ten thousand projects.
  const anchors = organization.map((anchor) => ({ ...anchor, active: isActive(anchor.anchorId) }));
  return {
    organization,
    projects: projects.map((project) => (project.ownListing ? { ...project, anchors } : project)),
  };
}

/** Returns an inventory with the listings of those projects that have been listed by now. */
export const withListings = (
  { organization, projects }: Inventory,
  listings: ReadonlyMap<string, readonly ListedAnchor[]>,
): Inventory => ({
  organization,
  projects: projects.map(({ ownListing, ...project }) => {
    const listing = listings.get(project.projectId);
    return listing ? { ...project, anchors: listing } : { ...project, ...(ownListing && { ownListing }) };
  }),
});
