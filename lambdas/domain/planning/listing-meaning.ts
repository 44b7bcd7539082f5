import { activeSetOf, type Inventory, ORGANIZATION, ownListingIn } from '../anchor.ts';

/** With fewer projects, equal lists are normal for a small organization. */
const TOO_MANY_TO_BE_CHANCE = 3;

/**
 * Warns where every project shows all of the organization's anchors as its own. A project's list may have
 * begun to show inherited anchors, and the vendor does not promise that it never will. A cut in a project
 * would then halt, since the anchor still shows afterwards (I7).
 */
export function sameEverywhere(inventory: Inventory): string[] {
  const { projects } = inventory;
  // Projects that are left to their own listing have not been listed, so they show nothing.
  if (ownListingIn(inventory).size > 0) return [];
  const shared = [...activeSetOf(inventory, ORGANIZATION)];
  const isShown = ({ projectId }: { projectId: string }) =>
    shared.every((id) => activeSetOf(inventory, projectId).has(id));
  if (shared.length === 0 || projects.length < TOO_MANY_TO_BE_CHANCE || !projects.every(isShown)) return [];
  return [
    `each of the ${projects.length} projects shows every active anchor of the organization as its own: if nobody made them active there, the meaning of the list has changed. Compare one project in the vendor's console before the next rotation`,
  ];
}
