import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { Agent, fetch } from 'undici';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Authority,
  createAuthority,
  issueIntermediate,
  issueLeaf,
  type LeafCredential,
  serverIdentity,
} from '../../../simulation/certificates/pki.ts';
import { serveTrafficHost, type TrafficHostOptions } from '../../../simulation/served/traffic-host.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';

// Far from the real date on purpose: only the organization's clock may decide.
const START = 2_100_000_000;
const DAY = 86_400;
const validity = { notBefore: START - DAY, notAfter: START + 90 * DAY };

let identity: Awaited<ReturnType<typeof serverIdentity>>;
let acme: Authority;
let globex: Authority;
let leaf: LeafCredential;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  identity = await serverIdentity();
  acme = await createAuthority({ name: 'acme', ...validity });
  globex = await createAuthority({ name: 'globex', ...validity });
  leaf = await issueLeaf(acme, { commonName: 'billing', notBefore: START - DAY, notAfter: START + 10 * DAY });
});

afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource.close();
});

async function hostWith(
  anchors: Record<string, Authority>,
  extra: Pick<TrafficHostOptions, 'unavailable' | 'intercept'> = {},
) {
  const clock = { now: START };
  const organization = createOrganization({
    now: () => clock.now,
    projects: ['proj_a', 'proj_b'].map((id) => ({ id, name: null })),
  });
  for (const [id, { name, pem }] of Object.entries(anchors))
    organization.upload({ certificate: pem, name: name + id });
  const host = await serveTrafficHost({
    admin: { organization, adminKeys: { 'sk-admin': 'windlass' } },
    projectKeys: { 'sk-a': 'proj_a', 'sk-b': 'proj_b' },
    identity,
    ...extra,
  });
  open.push(host);

  /** A caller that keeps one connection of its own. */
  function caller(credential?: LeafCredential) {
    const agent = new Agent({
      connections: 1,
      connect: {
        ca: identity.ca,
        ...(credential && { cert: credential.certificateChain, key: credential.privateKey }),
      },
    });
    open.push({ close: () => agent.destroy() });
    return async (
      key = 'sk-a',
      path = '/models',
      init: { method?: string; body?: string } = {},
    ): Promise<string> => {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await fetch(host.url + path, { dispatcher: agent, headers, ...init });
      const body = (await answer.json()) as { error?: { code: string } };
      return answer.ok ? 'accepted' : `${answer.status} ${body.error?.code}`;
    };
  }
  return { clock, organization, host, caller };
}

describe('enforcement (F8)', () => {
  test('without an active anchor no certificate is asked for', async () => {
    const { caller } = await hostWith({ 1: acme });
    expect(await caller()()).toBe('accepted');
    expect(await caller(leaf)()).toBe('accepted');
  });

  test('the first activation turns it on and the last deactivation off, on open connections too', async () => {
    const { organization, caller } = await hostWith({ 1: acme });
    const bare = caller();
    expect(await bare()).toBe('accepted');
    organization.toggle('proj_a', 'activate', ['cert_upload1']);
    expect(await bare()).toBe('401 certificate_required');
    expect(await bare('sk-b')).toBe('accepted');
    organization.toggle('proj_a', 'deactivate', ['cert_upload1']);
    expect(await bare()).toBe('accepted');
  });

  test('an organization anchor counts for every project (F7)', async () => {
    const { organization, caller } = await hostWith({ 1: acme, 2: globex });
    organization.toggle('organization', 'activate', ['cert_upload1']);
    organization.toggle('proj_b', 'activate', ['cert_upload2']);
    expect(await caller(leaf)('sk-a')).toBe('accepted');
    expect(await caller(leaf)('sk-b')).toBe('accepted');
    expect(await caller()('sk-a')).toBe('401 certificate_required');
  });

  test('an expired anchor still enforces, and lets nobody in', async () => {
    const { clock, organization, caller } = await hostWith({ 1: acme });
    organization.toggle('proj_a', 'activate', ['cert_upload1']);
    clock.now = validity.notAfter;
    expect(await caller()()).toBe('401 certificate_required');
    expect(await caller(leaf)()).toBe('401 certificate_verification_failed');
  });
});

describe('a client certificate (F11)', () => {
  async function verdict(credential: LeafCredential, at = START): Promise<string> {
    const { clock, organization, caller } = await hostWith({ 1: acme });
    organization.toggle('proj_a', 'activate', ['cert_upload1']);
    clock.now = at;
    return caller(credential)();
  }
  const failed = '401 certificate_verification_failed';

  test('passes when it chains to an active anchor', async () => {
    expect(await verdict(leaf)).toBe('accepted');
  });

  test('is judged by virtual time, at both ends of its validity', async () => {
    expect(await verdict(leaf, START - DAY)).toBe('accepted');
    expect(await verdict(leaf, START - DAY - 1)).toBe(failed);
    expect(await verdict(leaf, START + 10 * DAY - 1)).toBe('accepted');
    expect(await verdict(leaf, START + 10 * DAY)).toBe(failed);
  });

  test('fails under an authority that is not active, though the names agree', async () => {
    const impostor = await createAuthority({ name: 'acme', ...validity });
    expect(await verdict(await issueLeaf(impostor, { commonName: 'billing', ...validity }))).toBe(failed);
    const forged = await issueLeaf(acme, { commonName: 'billing', ...validity, forged: true });
    expect(await verdict(forged)).toBe(failed);
  });

  test('without an Authority Key Identifier is invalid', async () => {
    const bad = await issueLeaf(acme, { commonName: 'billing', ...validity, omitAki: true });
    expect(await verdict(bad)).toBe('401 invalid_certificate');
  });

  test('is judged by its purposes as standard path validation does: what is not restricted is allowed (F13)', async () => {
    const forServers = await issueLeaf(acme, { commonName: 'billing', ...validity, omitClientAuth: true });
    expect(await verdict(forServers)).toBe(failed);
    const unrestricted = await issueLeaf(acme, { commonName: 'billing', ...validity, omitKeyUsage: true });
    expect(await verdict(unrestricted)).toBe('accepted');
  });

  test('passes through intermediates sent in any order, and fails when they are not sent', async () => {
    const upper = await issueIntermediate(acme, { name: 'acme-upper', ...validity });
    const lower = await issueIntermediate(upper, { name: 'acme-lower', ...validity });
    const deep = await issueLeaf(lower, { commonName: 'billing', ...validity });
    expect(await verdict(deep)).toBe('accepted');
    const own = deep.certificateChain.slice(0, -lower.intermediates.length);
    expect(await verdict({ ...deep, certificateChain: own })).toBe(failed);
    expect(await verdict({ ...deep, certificateChain: own + upper.pem + lower.pem })).toBe('accepted');
  });

  test('fails through an intermediate that is expired, no CA, or signed by another key', async () => {
    const flaws = [{ notAfter: START }, { notCa: true }, { forged: true }];
    for (const flaw of flaws) {
      const middle = await issueIntermediate(acme, { name: 'acme-issuing', ...validity, ...flaw });
      expect(await verdict(await issueLeaf(middle, { commonName: 'billing', ...validity }))).toBe(failed);
    }
  });

  test('under an intermediate passes when that intermediate itself is the anchor', async () => {
    const middle = await issueIntermediate(globex, { name: 'globex-issuing', ...validity });
    const { organization, caller } = await hostWith({ 1: middle });
    organization.toggle('proj_a', 'activate', ['cert_upload1']);
    expect(await caller(await issueLeaf(middle, { commonName: 'billing', ...validity }))()).toBe('accepted');
  });

  test('passes with a renewed anchor that keeps the key', async () => {
    const renewed = await createAuthority({ name: 'acme', ...validity, keys: acme.keys });
    const { organization, caller } = await hostWith({ 1: renewed });
    organization.toggle('proj_a', 'activate', ['cert_upload1']);
    expect(await caller(leaf)()).toBe('accepted');
  });
});

test('an API key that belongs to no project is refused before any certificate is looked at', async () => {
  const { organization, caller } = await hostWith({ 1: acme });
  organization.toggle('organization', 'activate', ['cert_upload1']);
  expect(await caller()('sk-nope')).toBe('401 invalid_api_key');
  expect(await caller(leaf)('constructor')).toBe('401 invalid_api_key');
});

test('takes POST /v1/responses, and knows no other route', async () => {
  const { caller } = await hostWith({});
  expect(await caller()('sk-a', '/responses', { method: 'POST', body: '{"model":"m","input":"hi"}' })).toBe(
    'accepted',
  );
  expect(await caller()('sk-a', '/elsewhere')).toBe('404 unknown_url');
});

test('says 503 while certificates cannot be judged, and only where one would be', async () => {
  const { organization, caller } = await hostWith({ 1: acme }, { unavailable: () => true });
  expect(await caller()()).toBe('accepted');
  organization.toggle('proj_a', 'activate', ['cert_upload1']);
  expect(await caller(leaf)()).toBe('503 authentication_temporarily_unavailable');
});

test('admin calls need a client certificate only while the organization scope enforces (F10)', async () => {
  const { organization, caller } = await hostWith({ 1: acme });
  const path = '/organization/certificates';
  organization.toggle('proj_a', 'activate', ['cert_upload1']);
  expect(await caller()('sk-admin', path)).toBe('accepted');
  organization.toggle('organization', 'activate', ['cert_upload1']);
  expect(await caller()('sk-admin', path)).toBe('401 certificate_required');
  expect(await caller(leaf)('sk-admin', path)).toBe('accepted');
  expect(await caller(leaf)('sk-a', path)).toBe('401 invalid_api_key');
});

test.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])(
  'speaks %s, and goes on with a session where it is asked to',
  async (version) => {
    const { host } = await hostWith({ 1: acme });
    const ask = (session?: Buffer) =>
      new Promise<{ reused: boolean; session: Buffer | undefined }>((resolve, reject) => {
        const options = { host: '127.0.0.1', port: Number(new URL(host.url).port), servername: 'localhost' };
        const versions = { minVersion: version, maxVersion: version };
        const socket: TLSSocket = connect({
          ...options,
          ...versions,
          ca: identity.ca,
          ...(session && { session }),
        });
        socket.once('error', reject).once('secureConnect', () => {
          const request = 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sk-a\r\n\r\n';
          // The answer comes after any session ticket of TLS 1.3.
          socket.once('data', () => {
            resolve({ reused: socket.isSessionReused(), session: socket.getSession() });
            socket.destroy();
          });
          socket.write(request);
        });
      });
    const { session } = await ask();
    expect((await ask(session)).reused).toBe(true);
    expect((await ask()).reused).toBe(false);
  },
);

test('counts requests by what became of them', async () => {
  const { organization, host, caller } = await hostWith({ 1: acme });
  organization.toggle('proj_a', 'activate', ['cert_upload1']);
  const ask = caller(leaf);
  for (let i = 0; i < 20; i++) await ask();
  await caller()();
  expect(host.counts).toEqual({ accepted: 20, refused: { certificate_required: 1 } });
});

test('an interception answers instead, or cuts the connection', async () => {
  const instead = [
    new Response('{"error":{"code":"slow_down"}}', { status: 429 }),
    'reset',
    'drop-reply',
  ] as const;
  const left = [...instead];
  const { host, caller } = await hostWith({}, { intercept: () => left.shift() });
  expect(await caller()()).toBe('429 slow_down');
  await expect(caller()()).rejects.toThrow();
  expect(host.counts.accepted).toBe(0);
  await expect(caller()()).rejects.toThrow();
  expect(host.counts.accepted).toBe(1);
});
