import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';
import { undiciProbe } from '../../lambdas/adapters/hosts/probe.ts';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import { type LeafCredential, serverIdentity } from '../../simulation/certificates/pki.ts';
import { inProcessPorts } from '../../simulation/in-process/ports.ts';
import { createWorld } from '../../simulation/in-process/world.ts';
import { serveTrafficHost } from '../../simulation/served/traffic-host.ts';

/** The instant at which every case begins, in Unix seconds. */
export const NOW = 1_800_000_000;
export const DAY = 86_400;

/** An upload that expires in `expires` days, and the scopes where it is active. */
export type CaseAnchor = { id: string; name: string; pem: string; expires: number; in?: Scope[] };

/** A client, with the content of its secret at each stage: a leaf with its chain and key, or any text. */
export type CaseClient = {
  name: string;
  project?: string;
  secret?: string;
  running: LeafCredential | string;
  staged?: LeafCredential | string;
};

export const projectOf = ({ project = 'proj_a' }: CaseClient): string => project;
export const secretOf = ({ name, secret = name }: CaseClient): string => secret;

/**
 * An organization in memory whose host takes client traffic over real TLS. So a real TLS stack judges each
 * chain.
 */
export async function organizationOf(anchors: readonly CaseAnchor[], clients: readonly CaseClient[]) {
  const time = { now: NOW };
  const identity = serverIdentity();
  const roots = getCACertificates('default');
  setDefaultCACertificates([...roots, identity.ca]);
  const projects = [...new Set(['proj_a', ...clients.map(projectOf)])].map((id) => ({ id, name: id }));
  const projectKeys = Object.fromEntries(clients.map((one) => [`sk-${one.name}`, projectOf(one)]));
  const hosts: string[] = [];
  const world = createWorld({ now: () => time.now, projects, hosts, projectKeys });
  const { organization, secrets } = world;
  const host = await serveTrafficHost({ admin: { organization, adminKeys: {} }, projectKeys, identity });
  hosts.push(host.url);
  onTestFinished(async () => {
    setDefaultCACertificates(roots);
    await host.close();
  });
  const upload = ({ in: scopes = [], expires, ...one }: CaseAnchor, createdAt = NOW - 90 * DAY): void =>
    organization.seed({ ...one, createdAt, expiresAt: NOW + expires * DAY }, scopes);
  for (const one of anchors) upload(one);
  for (const one of clients)
    for (const [stage, held] of Object.entries({ AWSCURRENT: one.running, AWSPENDING: one.staged })) {
      const text = typeof held === 'string' ? held : JSON.stringify({ apiKey: `sk-${one.name}`, ...held });
      if (held !== undefined) secrets.put(secretOf(one), text, [stage]);
    }
  const alive = new Set<string>();
  const probe = undiciProbe({ timeoutMs: 5_000 });
  return {
    ...{ world, time, alive, upload },
    ports: { ...inProcessPorts(world, { running: (id) => alive.has(id) }), probe, hosts },
    /** Returns the host's verdict on the running leaf of each client. */
    async everybody(): Promise<Record<string, string>> {
      const said = clients.map(async (one) => {
        const held = JSON.parse(secrets.read(secretOf(one), 'AWSCURRENT')?.value ?? '{}');
        return [one.name, (await probe(host.url, held)).kind];
      });
      return Object.fromEntries(await Promise.all(said));
    },
    /** Leaves AWSPENDING on the current version, as some other rotation of the secret may do. */
    leaveStaged(client: string): void {
      const current = secrets.read(client, 'AWSCURRENT')?.value ?? '';
      secrets.put(client, current, ['AWSCURRENT', 'AWSPENDING']);
    },
    activeIn: (scope: Scope) => anchors.map(({ id }) => id).filter((id) => organization.isActive(scope, id)),
  };
}
