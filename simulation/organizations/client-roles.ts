import { type Inventory, isValidAt, ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import type { Succession } from '../../lambdas/domain/planning/facts.ts';

/** A planned client: its name in the configuration, and the anchor that its running leaf leads to. */
export type ClientRole = Client & { anchorId: string };

/** In how many projects with anchors of their own each of the organization's anchors has a client, too. */
const INHERITORS = 2;

/**
 * Most clients beyond those that a proof needs: enough to watch, few enough for
 * any inventory to start quickly.
 */
const MOST_WITNESSES = 150;

/** A client that the inventory file states, for example with its habit. */
type Stated = { project: string; anchor: string };

/**
 * Returns the clients of an inventory: for each project one client on each anchor that is active there now.
 * So every scope of every succession can be proven, and every bystander is watched. Every stated client is
 * one of them.
 */
export function rolesOf(
  inventory: Inventory,
  pairs: readonly Succession[],
  now: number,
  {
    mostWitnesses = MOST_WITNESSES,
    stated = [],
  }: { mostWitnesses?: number | undefined; stated?: readonly Stated[] } = {},
): ClientRole[] {
  const retiring = new Map(pairs.map((pair) => [pair.retiring.anchorId, pair.successor.anchorId]));
  const named = new Set(stated.map(({ project, anchor }) => `${project}-${anchor}`));
  const candidates = [...ownRoles(inventory), ...inheritedRoles(inventory, named)];
  // A client of an anchor that is not valid now cannot get in, so only one that is about
  // to get another leaf is of use.
  const usable = candidates.filter(({ valid, anchorId }) => valid(now) || retiring.has(anchorId));

  const proven = new Set<string>();
  const needed: ClientRole[] = [];
  const witnesses: ClientRole[] = [];
  for (const { project, anchorId, scope } of usable) {
    const proof = `${scope} ${retiring.get(anchorId)}`;
    const name = `${project}-${anchorId}`;
    const role = { name, project, secret: '', anchorId };
    const isProof = retiring.has(anchorId) && !proven.has(proof);
    if (isProof) proven.add(proof);
    (isProof || named.has(name) ? needed : witnesses).push(role);
  }
  const unique = new Map([...needed, ...witnesses.slice(0, mostWitnesses)].map((role) => [role.name, role]));
  // Numbered, since a project's id may have characters that a secret's name may not have.
  return [...unique.values()].map((role, i) => ({ ...role, secret: `windlass/rehearsal/client-${i + 1}` }));
}

/** The leaves of an inventory that have to stay out, each of the anchor whose filter it tests. */
export const witnessRolesOf = (
  witnesses: readonly { project: string; anchor: string }[] = [],
): ClientRole[] =>
  witnesses.map(({ project, anchor }, i) => ({
    ...{ name: `${project}-${anchor}-stranger`, project, anchorId: anchor },
    secret: `windlass/rehearsal/witness-${i + 1}`,
  }));

type Candidate = {
  project: string;
  anchorId: string;
  /** The scope whose toggle lets this client in. */
  scope: string;
  valid: (now: number) => boolean;
};

function ownRoles({ projects }: Inventory): Candidate[] {
  return projects.flatMap(({ projectId, anchors }) =>
    anchors
      .filter(({ active }) => active)
      .map((anchor) => ({
        project: projectId,
        anchorId: anchor.anchorId,
        scope: projectId,
        valid: (now) => isValidAt(anchor, now),
      })),
  );
}

/**
 * Clients on the organization's anchors: in every project without its own anchors, in two of the others, and
 * wherever the inventory states one.
 */
function inheritedRoles({ organization, projects }: Inventory, named: ReadonlySet<string>): Candidate[] {
  const inheriting = projects.filter(({ anchors }) => !anchors.some(({ active }) => active));
  const others = projects.filter((project) => !inheriting.includes(project)).slice(0, INHERITORS);
  return organization
    .filter(({ active }) => active)
    .flatMap((anchor) => {
      const stated = projects.filter(({ projectId }) => named.has(`${projectId}-${anchor.anchorId}`));
      return [...inheriting, ...others, ...stated].map(({ projectId }) => ({
        project: projectId,
        anchorId: anchor.anchorId,
        scope: ORGANIZATION,
        valid: (now: number) => isValidAt(anchor, now),
      }));
    });
}
