import { isValidAt } from '../../lambdas/domain/anchor.ts';
import type { PlanningFacts } from '../../lambdas/domain/planning/facts.ts';
import type { InventoryFile } from '../inventory/inventory-file.ts';
import type { AttackerSpec } from '../workloads/attacker.ts';
import { DEFAULT_HABIT } from '../workloads/habit.ts';
import type { WorkloadSpec } from '../workloads/reading.ts';
import type { SecretStore } from '../world/secret-store.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { WorkloadIdentities } from '../world/workload-identities.ts';
import { aboutClient, type ClientIdentities, createClientIdentities } from './client-identities.ts';
import type { ClientRole } from './client-roles.ts';
import { createIssuers, type Issuer, leafFrom, STRANGER } from './issuers.ts';
import type { Preparation } from './preparation.ts';

/** The workloads that send the clients' requests, and the project of each key. */
export type IssuedCredentials = {
  workloads: WorkloadSpec[];
  projectKeys: Record<string, string>;
  /** One for each compromised anchor that the organization has. */
  attackers: AttackerSpec[];
};

/**
 * Does the operator's work before a rotation. Gives every anchor of an inventory a real CA, and loads the
 * organization with them. Gives each client a secret with its running leaf, and stages a leaf of the
 * successor where its anchor retires. Gives an attacker a leaf of each compromised anchor.
 */
export async function issueCredentials(
  file: InventoryFile,
  { facts, pairs }: Preparation,
  roles: readonly ClientRole[],
  into: { organization: SimulatedOrganization; secrets: SecretStore; identities: WorkloadIdentities },
  {
    compromised = [],
    witnesses = [],
  }: { compromised?: readonly string[]; witnesses?: readonly ClientRole[] } = {},
): Promise<IssuedCredentials> {
  const issuers = await createIssuers(file, into.organization);
  const successors = new Map(pairs.map(({ retiring, successor }) => [retiring.anchorId, successor.anchorId]));
  const claims = createClientIdentities(file, roles, into.identities);

  const clients = roles.map(async (role): Promise<WorkloadSpec> => {
    const { name, project, secret, anchorId } = role;
    const credential = async (id: string | undefined) => {
      const issuer = id === undefined ? undefined : issuers.get(id);
      return (
        issuer && JSON.stringify({ ...claims.claimsOf(role), ...(await leafFrom(issuer, name, facts.now)) })
      );
    };
    const [running, staged] = await Promise.all([credential(anchorId), credential(successors.get(anchorId))]);
    if (running) into.secrets.put(secret, running, ['AWSCURRENT']);
    if (staged) into.secrets.put(secret, staged, ['AWSPENDING']);
    const waits = waitsForPromotion(role, issuers, facts.now);
    return { name, project, secret, waits, habit: aboutClient(file, role)?.habit ?? DEFAULT_HABIT };
  });
  for (const { name, secret, project, anchorId } of witnesses) {
    const issuer = issuers.get(anchorId);
    const leaf = issuer && (await leafFrom(issuer, name, facts.now, STRANGER));
    if (leaf)
      into.secrets.put(secret, JSON.stringify({ apiKey: claims.keyOf(project), ...leaf }), ['AWSCURRENT']);
  }
  const open = unenforced(facts).map((project) => ({
    name: `${project}-open`,
    project,
    apiKey: claims.keyOf(project),
  }));
  return {
    workloads: [...(await Promise.all(clients)), ...open],
    projectKeys: claims.projectKeys,
    attackers: compromised.flatMap((anchor): AttackerSpec[] => {
      const issuer = issuers.get(anchor);
      if (!issuer) return [];
      const projects = file.projects.map(({ id }) => ({ project: id, apiKey: claims.keyOf(id) }));
      return [{ anchor, projects, ...forgedLeaf(issuer, roles, claims, facts.now) }];
    }),
  };
}

/**
 * A leaf that the holder of a leaked key signs with it directly. It copies what a client has in its own leaf,
 * of a keyless client if there is one.
 */
function forgedLeaf(
  issuer: Issuer,
  roles: readonly ClientRole[],
  { claimsOf }: ClientIdentities,
  now: number,
) {
  const own = roles.filter(({ anchorId }) => anchorId === issuer.anchorId);
  const victim = own.find((role) => !('apiKey' in claimsOf(role))) ?? own[0];
  const claims = victim && claimsOf(victim);
  return {
    accounts: claims && !('apiKey' in claims) ? [claims] : [],
    ...leafFrom({ ...issuer, authority: issuer.root }, victim?.name ?? 'attacker', now),
  };
}

/**
 * Whether a client's anchor is not valid now. Such a client is locked out already, not by us, and
 * sends only once it is promoted.
 */
function waitsForPromotion({ anchorId }: ClientRole, issuers: Map<string, Issuer>, now: number): boolean {
  const issuer = issuers.get(anchorId);
  return (
    !issuer ||
    !isValidAt({ anchorId, name: null, validAt: issuer.notBefore, expiresAt: issuer.notAfter }, now)
  );
}

/** Projects without enforcement: no anchor is active in them or in the organization (F8). */
function unenforced({ inventory }: PlanningFacts): string[] {
  const active = (anchors: readonly { active: boolean }[]) => anchors.some((anchor) => anchor.active);
  if (active(inventory.organization)) return [];
  return inventory.projects.filter(({ anchors }) => !active(anchors)).map(({ projectId }) => projectId);
}
