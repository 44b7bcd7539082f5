import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import { fromX509 } from 'openai/auth/x509-transport';
import type { Checks } from '../deploy-local/checks.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import { every } from './node-sdk.ts';
import { clientOf } from './simulated.ts';

/**
 * Runs the official Node.js SDK as a keyless workload (F17). It knows only the vendor's host names, so a
 * proxy leads it here.
 */
export async function nodeKeyless(checks: Checks, ready: Simulation, proxy: string): Promise<void> {
  const look = (what: string, check: () => Promise<void>) => checks.look(`Node SDK: ${what}`, check);
  const ca = await readFile(ready.caFile, 'utf8');
  const keyless = async (name: string, account?: string) => {
    const client = clientOf(ready, name);
    assert.ok('serviceAccountId' in client);
    const credential = fromX509({
      ...{ ca, proxy: { url: proxy, mode: 'http-connect' as const } },
      certificateChain: await readFile(client.certificateFile, 'utf8'),
      privateKey: await readFile(client.keyFile, 'utf8'),
      identityProviderId: client.identityProviderId,
      serviceAccountId: account ?? client.serviceAccountId,
    });
    return new OpenAI({ credential, maxRetries: 0 });
  };
  const ids = async (api: OpenAI) => (await every(api.models.list())).map(({ id }) => id);

  await look('a keyless workload exchanges its leaf and calls with the token (F17)', async () => {
    const api = await keyless('ledger');
    for (const _ of [1, 2]) assert.deepEqual(await ids(api), ['gpt-simulated']);
  });
  await look('no exchange for a leaf of an inactive anchor, or for an unknown account (F17)', async () => {
    await assert.rejects(ids(await keyless('ledger-next')), { error_code: 'invalid_subject_token' });
    await assert.rejects(ids(await keyless('ledger', 'svc_nobody')), { error_code: 'invalid_grant' });
  });
  await look('a token that was given before the cut is refused with the old leaf (F11, F17)', async () => {
    const { certificates } = new OpenAI({ baseURL: ready.apiBase, adminAPIKey: ready.adminKey, apiKey: null })
      .admin.organization.projects;
    const [old, next] = [await keyless('ledger'), await keyless('ledger-next')];
    assert.deepEqual(await ids(old), ['gpt-simulated']);
    await certificates.activate('proj_billing', { certificate_ids: ['cert_acme_new'] });
    assert.deepEqual(await ids(next), ['gpt-simulated']);
    await certificates.deactivate('proj_billing', { certificate_ids: ['cert_acme_old'] });
    await assert.rejects(ids(old), { status: 401 });
    assert.deepEqual(await ids(next), ['gpt-simulated']);
  });
}
