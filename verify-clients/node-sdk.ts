import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import type { Checks } from '../deploy-local/checks.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import type { Uploads } from './uploads.ts';

const PROJECT = 'proj_billing';
const ALL = ['cert_acme_new', 'cert_globex', 'cert_acme_old', 'cert_initech_expired'];

/** All items of all pages, in order. */
export async function every<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}

/** Runs the official Node.js SDK through every operation of the certificates API (F1 to F6, F19). */
export async function nodeSdk(checks: Checks, ready: Simulation, uploads: Uploads): Promise<void> {
  const look = (what: string, check: () => Promise<void>) => checks.look(`Node SDK: ${what}`, check);
  const api = new OpenAI({
    baseURL: ready.apiBase,
    adminAPIKey: ready.adminKey,
    apiKey: null,
    maxRetries: 0,
  });
  const { certificates, projects } = api.admin.organization;
  const pem = await readFile(uploads.authority, 'utf8');
  const ids = { named: '', nameless: '' };
  const activeIn = async (list: AsyncIterable<{ id: string; active: boolean }>) =>
    (await every(list)).filter(({ active }) => active).map(({ id }) => id);

  await look(
    'lists the anchors of the organization and of a project, page by page, in both orders',
    async () => {
      const idsOf = async (list: AsyncIterable<{ id: string }>) => (await every(list)).map(({ id }) => id);
      assert.deepEqual(await idsOf(certificates.list({ limit: 1 })), ALL);
      assert.deepEqual(await idsOf(certificates.list({ limit: 3, order: 'asc' })), ALL.toReversed());
      const { data, has_more, last_id } = await certificates.list({ limit: 3 });
      assert.deepEqual([data.length, has_more, last_id], [3, true, ALL[2]]);
      assert.deepEqual(await activeIn(projects.certificates.list(PROJECT, { limit: 1 })), ['cert_acme_old']);
    },
  );
  await look('lists the projects, page by page', async () => {
    const found = await every(projects.list({ limit: 1 }));
    assert.deepEqual([found.length, found.find(({ id }) => id === PROJECT)?.name], [4, 'Billing']);
  });
  await look('uploads with a name and without, which enforces nothing (F1)', async () => {
    const named = await certificates.create({ certificate: pem, name: 'own@1' });
    assert.deepEqual([named.object, named.name], ['certificate', 'own@1']);
    assert.ok((named.certificate_details.expires_at ?? 0) > named.created_at);
    const nameless = await certificates.create({ certificate: pem });
    assert.equal(nameless.name, null);
    Object.assign(ids, { named: named.id, nameless: nameless.id });
    assert.deepEqual(await activeIn(certificates.list()), []);
  });
  await look('reads one anchor, its content only where it is asked for (F5)', async () => {
    assert.equal((await certificates.retrieve(ids.named)).certificate_details.content, undefined);
    const whole = await certificates.retrieve(ids.named, { include: ['content'] });
    assert.equal(whole.certificate_details.content, pem);
  });
  await look('renames an anchor', async () => {
    assert.equal((await certificates.update(ids.nameless, { name: 'own@2' })).name, 'own@2');
    assert.equal((await certificates.retrieve(ids.nameless)).name, 'own@2');
  });
  await look('activates and deactivates in the organization, twice the same (F2, F3)', async () => {
    const both = { certificate_ids: [ids.named, ids.nameless] };
    for (const _ of [1, 2])
      assert.deepEqual(await activeIn(certificates.activate(both)), both.certificate_ids);
    assert.deepEqual(new Set(await activeIn(certificates.list())), new Set(both.certificate_ids));
    assert.deepEqual(await activeIn(certificates.deactivate(both)), []);
    assert.deepEqual(await activeIn(certificates.list()), []);
  });
  await look('activates and deactivates in a project, which is a scope of its own (F4)', async () => {
    const one = { certificate_ids: [ids.named] };
    assert.deepEqual(await activeIn(projects.certificates.activate(PROJECT, one)), [ids.named]);
    const active = new Set(await activeIn(projects.certificates.list(PROJECT)));
    assert.deepEqual(active, new Set(['cert_acme_old', ids.named]));
    assert.deepEqual(await activeIn(certificates.list()), []);
    assert.deepEqual(await activeIn(projects.certificates.deactivate(PROJECT, one)), []);
  });
  await look('deletes an anchor (F6)', async () => {
    const gone = await certificates.delete(ids.nameless);
    assert.deepEqual([gone.object, gone.id], ['certificate.deleted', ids.nameless]);
    await assert.rejects(certificates.retrieve(ids.nameless), { status: 404 });
  });
  await look('reads the audit log, page by page, by kind and project (F19)', async () => {
    const log = api.admin.organization.auditLogs;
    const toggles = ['certificates.activated', 'certificates.deactivated'] as const;
    const [on, off] = toggles;
    const changes = await every(log.list({ event_types: [...toggles], limit: 1, effective_at: { gte: 1 } }));
    assert.deepEqual(
      changes.map(({ type }) => type),
      [off, on, off, on],
    );
    assert.ok(changes.every(({ actor }) => actor?.api_key?.id));
    const [own, ...others] = await every(log.list({ event_types: [on], project_ids: [PROJECT] }));
    assert.deepEqual([own?.project?.id, others.length], [PROJECT, 0]);
    assert.deepEqual(
      own?.['certificates.activated']?.certificates?.map(({ id }) => id),
      [ids.named],
    );
    const kinds = ['certificate.created', 'certificate.updated', 'certificate.deleted'] as const;
    const objects = await every(log.list({ event_types: [...kinds] }));
    assert.deepEqual(
      objects.map(({ type }) => type),
      [kinds[2], kinds[1], kinds[0], kinds[0]],
    );
  });
}
