import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import OpenAI from 'openai';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulation, serveSimulation } from '../../rehearsal/simulate.ts';

let ready: Simulation;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ready, close } = await serveSimulation());
});
afterAll(() => close());

const clientNamed = (name: string) => {
  const client = ready.clients.find((each) => each.name === name);
  if (!client) throw new Error(`no client ${name}`);
  return client;
};

async function call(name: string, withCertificate = true): Promise<string> {
  const { apiKey, certificateFile, keyFile } = clientNamed(name);
  const pair = withCertificate ? { cert: readFileSync(certificateFile), key: readFileSync(keyFile) } : {};
  const dispatcher = new Agent({ connect: { ca: readFileSync(ready.caFile), ...pair } });
  const answer = await fetch(`${ready.mtlsBase}/models`, {
    dispatcher,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const { error } = (await answer.json()) as { error?: { code: string } };
  await dispatcher.destroy();
  return error?.code ?? 'accepted';
}

const admin = () =>
  new OpenAI({ baseURL: ready.apiBase, adminAPIKey: ready.adminKey, apiKey: null, maxRetries: 0 });

test('prints as one JSON line that holds no key material', () => {
  expect(JSON.stringify(ready)).not.toMatch(/BEGIN|\n/);
  expect(ready.apiBase).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  expect(ready.mtlsBase).toMatch(/^https:\/\/localhost:\d+\/v1$/);
});

test('keeps its keys in private files', () => {
  for (const { keyFile } of ready.clients) expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(ready.caFile)).mode & 0o777).toBe(0o700);
});

test('names for each client the anchor that lets it in', async () => {
  const certificates = admin().admin.organization.projects.certificates;
  for (const { name, project, anchor } of ready.clients) {
    const active: string[] = [];
    for await (const { id, active: on } of certificates.list(project)) if (on) active.push(id);
    const expected = active.length === 0 || active.includes(anchor);
    expect([name, await call(name)]).toEqual([
      name,
      expected ? 'accepted' : 'certificate_verification_failed',
    ]);
  }
});

test('asks callers for a certificate, but not in the project without enforcement', async () => {
  expect(await call('billing', false)).toBe('certificate_required');
  expect(await call('sandbox', false)).toBe('accepted');
});

test('can be rotated by hand', async () => {
  const certificates = admin().admin.organization.projects.certificates;
  const { project, anchor } = clientNamed('billing-next');
  await certificates.activate(project, { certificate_ids: [anchor] });
  expect(await call('billing-next')).toBe('accepted');
  expect(await call('billing')).toBe('accepted');
  await certificates.deactivate(project, { certificate_ids: [clientNamed('billing').anchor] });
  expect(await call('billing')).toBe('certificate_verification_failed');
});

test('removes its files when it closes', async () => {
  const second = await serveSimulation();
  const directory = dirname(second.ready.caFile);
  expect(existsSync(directory)).toBe(true);
  await second.close();
  expect(existsSync(directory)).toBe(false);
});
