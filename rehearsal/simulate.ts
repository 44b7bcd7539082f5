import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WindlassError } from '../lambdas/domain/errors.ts';
import { serverIdentity } from '../simulation/certificates/pki.ts';
import {
  sampleAnchors,
  sampleClients,
  sampleProjects,
} from '../simulation/organizations/sample-organization.ts';
import { type CertificatesApiOptions, serveCertificatesApi } from '../simulation/served/certificates-api.ts';
import { rateLimit } from '../simulation/served/rate-limit.ts';
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

export type SimulateOptions = {
  now?: () => number;
  /** How many projects there are; four unless told. */
  projects?: number;
  /** API calls a minute; what comes beyond is refused with `Retry-After`. */
  rateLimit?: number;
  /** Milliseconds that each answer takes, of the API and of the host. */
  latency?: number;
  /** The API's port, and the host's is the next one; free ones unless told. */
  port?: number;
} & Pick<CertificatesApiOptions, 'toggleShape' | 'maxPageSize'>;

/**
 * Serves the sample organization alone, API and mTLS host, until `close`. `now` is in Unix seconds and real time
 * unless told. Keys are made afresh and live in a private directory that `close` removes.
 */
export async function serveSimulation(
  options: SimulateOptions = {},
): Promise<{ ready: Simulation; close(): Promise<void> }> {
  const { now = () => Math.floor(Date.now() / 1000), projects: count, port, ...conditions } = options;
  const { latency, rateLimit: _, ...shape } = conditions;
  const projects = sampleProjects(count);
  const organization = createOrganization({ now, projects });
  const anchors = await sampleAnchors(now(), projects);
  for (const { anchor, activeIn } of anchors) organization.seed(anchor, activeIn);

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
    const admin: CertificatesApiOptions = {
      ...{ organization, adminKeys: { [adminKey]: 'windlass' }, ...shape },
      intercept: conditionsOf(conditions),
    };
    const identity = serverIdentity();
    const projectKeys = Object.fromEntries([...keys].map(([project, key]) => [key, project]));
    const api = await serveCertificatesApi({ ...admin, ...(port !== undefined && { port }) });
    open.push(api);
    const host = await serveTrafficHost({
      ...{ admin, projectKeys, identity, intercept: conditionsOf({ latency }) },
      ...(port !== undefined && { port: port + 1 }),
    });
    open.push(host);

    const caFile = await writePrivate(directory, 'host-ca.pem', identity.ca);
    const clients = await Promise.all(
      (await sampleClients(anchors, now(), projects)).map(async ({ credential, ...client }) => ({
        ...client,
        apiKey: keys.get(client.project) ?? '',
        certificateFile: await writePrivate(directory, `${client.name}.pem`, credential.certificateChain),
        keyFile: await writePrivate(directory, `${client.name}.key`, credential.privateKey),
      })),
    );
    return { ready: { apiBase: api.url, mtlsBase: host.url, adminKey, caFile, clients }, close };
  } catch (error) {
    await close();
    throw portTaken(error, port);
  }
}

type Conditions = { latency?: number | undefined; rateLimit?: number | undefined };

/** What comes between a call and its answer. */
function conditionsOf({ latency = 0, rateLimit: perMinute }: Conditions) {
  const limit = perMinute === undefined ? () => undefined : rateLimit(perMinute);
  return async () => {
    if (latency > 0) await pause(latency);
    return limit();
  };
}

function portTaken(error: unknown, port: number | undefined): unknown {
  const { code } = Object(error) as { code?: string };
  if (port === undefined || (code !== 'EADDRINUSE' && code !== 'EACCES')) return error;
  const why = code === 'EACCES' ? 'may not be used by you' : 'are not both free';
  return new WindlassError('InvalidInput', `--port ${port}: ports ${port} and ${port + 1} ${why}`);
}

const secret = (): string => randomBytes(18).toString('base64url');

async function writePrivate(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}
