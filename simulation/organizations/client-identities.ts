import { randomBytes } from 'node:crypto';
import type { InventoryFile } from '../inventory/inventory-file.ts';
import type { Claims } from '../workloads/bearer.ts';
import type { WorkloadIdentities } from '../world/workload-identities.ts';
import type { ClientRole } from './client-roles.ts';

const PROVIDER = 'idp_rehearsal';

/**
 * What each client claims to be: by its project's key, or, where the file calls it
 * keyless, by ids of its own (F17).
 */
export type ClientIdentities = {
  claimsOf(role: ClientRole): Claims;
  keyOf(project: string): string;
  /** The project of each key. */
  projectKeys: Record<string, string>;
};

/** Makes the keys, and a provider that maps the URI in a client's leaf. */
export function createClientIdentities(
  file: InventoryFile,
  roles: readonly ClientRole[],
  identities: WorkloadIdentities,
): ClientIdentities {
  const keys = new Map(file.projects.map(({ id }) => [id, newKey()]));
  const keyOf = (project: string): string => keys.get(project) ?? '';
  identities.addProvider(PROVIDER, 'sans.uri[0]');
  const accounts = new Map<string, string>();
  for (const role of roles.filter((one) => isKeyless(file, one))) {
    const account = `svc_${accounts.size + 1}`;
    accounts.set(role.name, account);
    const { project } = role;
    identities.map({ provider: PROVIDER, identity: uriOf(role.name), account, project });
  }
  return {
    keyOf,
    projectKeys: Object.fromEntries([...keys].map(([project, key]) => [key, project])),
    claimsOf({ name, project }) {
      const serviceAccountId = accounts.get(name);
      return serviceAccountId === undefined
        ? { apiKey: keyOf(project) }
        : { identityProviderId: PROVIDER, serviceAccountId };
    },
  };
}

/** What the file says about a client beside its project and its anchor. */
export const aboutClient = ({ clients = [] }: InventoryFile, { project, anchorId }: ClientRole) =>
  clients.find((one) => one.project === project && one.anchor === anchorId);

const isKeyless = (file: InventoryFile, role: ClientRole): boolean =>
  aboutClient(file, role)?.keyless ?? false;

/** The URI in a client's leaf, which no other client has. */
export const uriOf = (client: string): string => `spiffe://rehearsal.invalid/${encodeURIComponent(client)}`;

const newKey = (): string => `sk-proj-${randomBytes(24).toString('base64url')}`;
