import type { Inventory, ListedAnchor } from '../anchor.ts';

/**
 * An inventory in which a project that is left to its own listing has active what `isActive` says of everything that is uploaded: all
 * uploads are in the organization's list (F5).
 */
export function assuming(inventory: Inventory, isActive: (anchorId: string) => boolean): Inventory {
  const { organization, projects } = inventory;
  // One listing for all of them: there may be ten thousand.
  const anchors = organization.map((anchor) => ({ ...anchor, active: isActive(anchor.anchorId) }));
  return {
    organization,
    projects: projects.map((project) => (project.ownListing ? { ...project, anchors } : project)),
  };
}

/** The same where some of these projects have been listed by now. */
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
