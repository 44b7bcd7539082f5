import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverIdentity } from '../../simulation/certificates/pki.ts';
import type { Region } from '../../simulation/certificates/regional-hosts.ts';
import {
  identityOf,
  SAMPLE_IDENTITY,
  sampleClients,
  sampleProjects,
} from '../../simulation/organizations/sample-organization.ts';
import { adminKeyOf } from '../../simulation/served/admin-limits.ts';
import {
  type CertificatesApiOptions,
  serveCertificatesApi,
} from '../../simulation/served/certificates-api.ts';
import { serveTokenHost } from '../../simulation/served/token-host.ts';
import { serveTrafficHosts } from '../../simulation/served/traffic-hosts.ts';
import type { Claims } from '../../simulation/workloads/bearer.ts';
import { AUTH_HOST, createWorkloadIdentities } from '../../simulation/world/workload-identities.ts';
import { conditionsOf, portAt, portTaken } from './conditions.ts';
import { type SimulatedClient, writeCredentials, writePrivate } from './credential-files.ts';
import { regionsAmong, withResidencies } from './residencies-file.ts';
import { sampleOrganization } from './sample.ts';
import type { SimulateOptions } from './simulate-options.ts';

/**
 * What `windlass simulate` prints: everything that a real client needs. The first two URLs end in `/v1`, the
 * third has no path.
 */
export type Simulation = {
  apiBase: string;
  mtlsBase: string;
  /** By region, the one host that answers its projects. Absent when no project has a region. */
  regionalBases?: Partial<Record<Region, string>>;
  /** The host where the leaves of keyless clients are exchanged for tokens. */
  authBase: string;
  adminKey: string;
  /** The admin key of a person. Changes made with it do not count as made with Windlass's key. */
  personalAdminKey: string;
  /** The PEM file of the CA to trust for `mtlsBase` and `authBase`. */
  caFile: string;
  clients: SimulatedClient[];
};

/**
 * Serves the sample organization alone, API and mTLS host, until `close`. `now` is in Unix seconds, and is
 * the real time when absent. Keys are newly made and are in a private directory that `close` removes.
 */
export async function serveSimulation(
  options: SimulateOptions = {},
): Promise<{ ready: Simulation; close(): Promise<void> }> {
  const { now = () => Math.floor(Date.now() / 1000), projects: count, port, ...conditions } = options;
  const {
    latency,
    rateLimit: _,
    refusesAs,
    filters: value = {},
    filtersFile = 'the list of filters',
    residencies = {},
    residenciesFile = 'the list of residencies',
    without,
    auditLog,
    ...shape
  } = conditions;
  const projects = withResidencies(sampleProjects(count), residencies, residenciesFile);
  const { organization, anchors } = await sampleOrganization({
    now,
    projects,
    filters: { value, file: filtersFile },
  });
  const directory = await mkdtemp(join(tmpdir(), 'windlass-simulate-'));
  const open: { close(): Promise<void> }[] = [
    { close: () => rm(directory, { recursive: true, force: true }) },
  ];
  const close = async () => {
    for (const resource of open.splice(0).reverse()) await resource.close();
  };
  try {
    const keys = new Map(projects.map(({ id }) => [id, `sk-simulated-${secret()}`]));
    const adminKey = `sk-admin-simulated-${secret()}`;
    const personalAdminKey = `sk-admin-personal-${secret()}`;
    const own = adminKeyOf(adminKey, { without, auditLog });
    const admin: CertificatesApiOptions = {
      ...{ organization, ...shape, ...own },
      adminKeys: { ...own.adminKeys, [personalAdminKey]: 'outsider' },
      intercept: conditionsOf(conditions),
    };
    const identity = serverIdentity(VENDOR_HOSTS);
    const identities = createWorkloadIdentities({ now });
    identities.addProvider(PROVIDER, SAMPLE_IDENTITY);
    const projectKeys = Object.fromEntries([...keys].map(([project, key]) => [key, project]));
    const api = await serveCertificatesApi({ ...admin, ...portAt(port, 0) });
    open.push(api);
    const hosts = await serveTrafficHosts(
      { admin, projectKeys, identities, identity, intercept: conditionsOf({ latency }) },
      // The token host's port lies between the first host's and those of the regions.
      { projects, portOf: (at) => portAt(port, at === 0 ? 1 : at + 2) },
    );
    open.push(hosts);
    const tokens = await serveTokenHost({
      ...{ organization, identities, identity, intercept: conditionsOf({ latency }) },
      ...(refusesAs && { refusesAs }),
      ...portAt(port, 2),
    });
    open.push(tokens);

    const caFile = await writePrivate(directory, 'host-ca.pem', identity.ca);
    const claimsOf = (account: string | undefined, project: string): Claims => {
      if (account === undefined) return { apiKey: keys.get(project) ?? '' };
      identities.map({ provider: PROVIDER, identity: identityOf(account), account, project });
      return { identityProviderId: PROVIDER, serviceAccountId: account };
    };
    const clients = await writeCredentials(
      directory,
      await sampleClients(anchors, now(), projects),
      claimsOf,
    );
    return {
      ready: {
        ...{ apiBase: api.url, mtlsBase: hosts.urls[0] ?? '', authBase: tokens.url },
        ...(hosts.urls.length > 1 && { regionalBases: hosts.regional }),
        ...{ adminKey, personalAdminKey, caFile, clients },
      },
      close,
    };
  } catch (error) {
    await close();
    throw portTaken(error, port, regionsAmong(projects));
  }
}

/** The vendor's host names, so that a proxy can lead the official clients here. */
const VENDOR_HOSTS = [
  ...['mtls.api.openai.com', 'mtls-us.api.openai.com', 'mtls-eu.api.openai.com'],
  new URL(AUTH_HOST).hostname,
];

const PROVIDER = 'idp_simulated';

const secret = (): string => randomBytes(18).toString('base64url');
