import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import type { Configuration, Organization } from '../../lib/config.ts';
import { examineAdminKey } from './admin-key.ts';
import type { Finding } from './finding.ts';
import { examineHosts } from './hosts.ts';
import { examineNames } from './names.ts';
import { listedOnce } from './read-once.ts';
import { examineListings, examineRotation } from './rotation.ts';
import { examineAdminSecret } from './secrets/admin-secret.ts';
import { examineClients, openVault } from './secrets/clients.ts';
import { examineWitnesses } from './secrets/witnesses.ts';
import { NO_CONFIGURATION, NO_KEY, notMade, OF_THE_ORGANIZATION } from './unmade.ts';

/**
 * What is checked: an entry of the configuration, as of `now` (Unix seconds). `organization` is null when the
 * entry is not valid.
 */
export type Look = {
  name: string;
  organization: Organization | null;
  /** The region of its stack, when the entry names one. Otherwise the usual AWS settings apply. */
  region: string | undefined;
  configuration: Configuration | null;
  /** The stack's table, when it was named. */
  table?: string | undefined;
  now: number;
  /** Called with what is being checked, and when the API makes it wait. */
  onLook: (what: string) => void;
};

/**
 * Checks an organization by its secrets, the API and the hosts. Each listing and each secret is read once.
 */
export async function examineOrganization({
  name,
  organization,
  region,
  table,
  now,
  onLook,
}: Look): Promise<Finding[]> {
  if (!organization) return notMade(OF_THE_ORGANIZATION, NO_CONFIGURATION);
  onLook('reading the admin secret');
  const { credential, findings } = await examineAdminSecret(organization, { region, now });
  const api = credential && apiOf(organization, credential, onLook);
  const vault = openVault(organization, region);
  if (api) onLook(`asking ${organization.baseUrl}`);
  const key = api && (await examineAdminKey(organization, api));
  const names = key?.anchors
    ? examineNames(key.anchors, key.projects, organization, now)
    : notMade(['anchor names'], { why: 'no anchor could be listed', remedy: 'Mend the admin key first.' });
  if (api) onLook('listing every project');
  const listings = api
    ? await examineListings(organization, api)
    : { inventory: null, findings: notMade(['rotation'], NO_KEY) };
  const { inventory } = listings;
  const certificates = key?.certificates ?? null;
  onLook("reading the clients' secrets");
  const clients = await examineClients(organization, vault, { certificates, inventory, now });
  onLook('asking the hosts');
  return [
    ...findings,
    ...(key?.findings ?? notMade(['admin key'], NO_KEY)),
    ...names,
    ...clients.findings,
    ...(await examineWitnesses(organization, vault.secrets, { certificates, now })),
    ...(await examineHosts(organization, clients.runners)),
    ...listings.findings,
    ...(api && inventory && certificates
      ? await examineRotation({
          name,
          organization,
          region,
          api,
          secrets: vault.secrets,
          certificates,
          inventory,
          table,
          now,
        })
      : []),
  ];
}

function apiOf({ baseUrl }: Organization, credential: AdminCredential, onLook: Look['onLook']) {
  const onWait = (ms: number) => onLook(`the API limits how often it may be asked: waiting ${ms / 1_000} s`);
  return listedOnce(openaiCertificates({ baseURL: baseUrl, credential: async () => credential, onWait }));
}
