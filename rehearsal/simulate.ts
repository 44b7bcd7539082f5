import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverIdentity } from '../simulation/certificates/pki.ts';
import {
  sampleAnchors,
  sampleClients,
  sampleProjects,
} from '../simulation/organizations/sample-organization.ts';
import { type CertificatesApiOptions, serveCertificatesApi } from '../simulation/served/certificates-api.ts';
import { serveTrafficHost } from '../simulation/served/traffic-host.ts';
import { createOrganization } from '../simulation/world/organization.ts';

/** One client certificate ready to use: `anchor` is the id its chain leads to; files are PEM. */
type SimulatedClient = {
  name: string;
  project: string;
  apiKey: string;
  anchor: string;
  certificateFile: string;
  keyFile: string;
};

/** What `windlass simulate` prints: everything a real client needs. Both URLs end in `/v1`. */
export type Simulation = {
  apiBase: string;
  mtlsBase: string;
  adminKey: string;
  /** PEM of the CA to trust for `mtlsBase`. */
  caFile: string;
  clients: SimulatedClient[];
};

export type SimulateOptions = { now?: () => number } & Pick<
  CertificatesApiOptions,
  'toggleShape' | 'maxPageSize'
>;

/**
 * Serves the sample organization alone, API and mTLS host, until `close`. `now` is in Unix seconds and real time
 * unless told. Keys are made afresh and live in a private directory that `close` removes.
 */
export async function serveSimulation(
  options: SimulateOptions = {},
): Promise<{ ready: Simulation; close(): Promise<void> }> {
  const { now = () => Math.floor(Date.now() / 1000), ...shape } = options;
  const organization = createOrganization({ now, projects: sampleProjects });
  const anchors = await sampleAnchors(now());
  for (const { anchor, activeIn } of anchors) organization.seed(anchor, activeIn);

  const directory = await mkdtemp(join(tmpdir(), 'windlass-simulate-'));
  const open: { close(): Promise<void> }[] = [
    { close: () => rm(directory, { recursive: true, force: true }) },
  ];
  const close = async () => {
    for (const resource of open.splice(0).reverse()) await resource.close();
  };
  try {
    const keys = new Map(sampleProjects.map(({ id }) => [id, `sk-simulated-${secret()}`]));
    const adminKey = `sk-admin-simulated-${secret()}`;
    const admin: CertificatesApiOptions = { organization, adminKeys: { [adminKey]: 'windlass' }, ...shape };
    const identity = serverIdentity();
    const projectKeys = Object.fromEntries([...keys].map(([project, key]) => [key, project]));
    const host = await serveTrafficHost({ admin, projectKeys, identity });
    open.push(host);
    const api = await serveCertificatesApi(admin);
    open.push(api);

    const caFile = await writePrivate(directory, 'host-ca.pem', identity.ca);
    const clients = await Promise.all(
      (await sampleClients(anchors, now())).map(async ({ credential, ...client }) => ({
        ...client,
        apiKey: keys.get(client.project) ?? '',
        certificateFile: await writePrivate(directory, `${client.name}.pem`, credential.certificateChain),
        keyFile: await writePrivate(directory, `${client.name}.key`, credential.privateKey),
      })),
    );
    return { ready: { apiBase: api.url, mtlsBase: host.url, adminKey, caFile, clients }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const secret = (): string => randomBytes(18).toString('base64url');

async function writePrivate(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}
