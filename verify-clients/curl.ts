import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checks } from '../deploy-local/checks.ts';
import { demand } from '../deploy-local/run-command.ts';
import { ROOT } from '../deploy-local/workspace.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import { clientOf } from './simulated.ts';

type Pair = { certificateFile: string; keyFile: string };

/** Makes one call with curl: its status, the API's code, the version of HTTP, and the request id. */
async function curl(ready: Simulation, url: string, args: readonly string[], pair?: Pair) {
  const own = pair ? ['--cert', pair.certificateFile, '--key', pair.keyFile] : [];
  const told = '\n%{http_code} %{http_version} %header{x-request-id}';
  const said = await demand('curl', ['-sS', '--cacert', ready.caFile, ...own, '-w', told, ...args, url], {
    ...{ cwd: ROOT, env: process.env },
  });
  const [status, version, requestId = ''] = said.slice(said.lastIndexOf('\n') + 1).split(' ');
  const body = JSON.parse(said.slice(0, said.lastIndexOf('\n')));
  return { status: Number(status), version, requestId, body, code: body.error?.code ?? body.error };
}

const bearer = (key: string | undefined, scheme = 'Bearer') => ['-H', `Authorization: ${scheme} ${key}`];

const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:openai:params:oauth:token-type:x509',
};

/** Runs curl, unmodified, against the API and both hosts (F10, F11, F17). */
export async function curlChecks(checks: Checks, ready: Simulation, folder: string): Promise<void> {
  const look = (what: string, check: () => Promise<void>) => checks.look(`curl: ${what}`, check);
  const models = `${ready.mtlsBase}/models`;
  const call = async (name: string, pair?: Pair, ...args: string[]) => {
    const client = clientOf(ready, name);
    const key = 'apiKey' in client ? client.apiKey : undefined;
    return curl(ready, models, [...bearer(key), ...args], pair);
  };
  const verdict = async (name: string, pair?: Pair, ...args: string[]) => {
    const { status, code } = await call(name, pair, ...args);
    return code ? `${status} ${code}` : status;
  };
  const [billing, batch] = [clientOf(ready, 'billing'), clientOf(ready, 'batch')];

  await look('leaves are judged over HTTP/2 as over HTTP/1.1 (F11)', async () => {
    for (const version of ['--http2', '--http1.1']) {
      assert.equal(await verdict('billing', billing, version), 200);
      assert.equal(await verdict('batch', batch, version), 200);
      assert.equal(await verdict('sandbox', undefined, version), 200);
      assert.equal(await verdict('billing', undefined, version), '401 certificate_required');
      assert.equal(await verdict('billing', batch, version), '401 certificate_verification_failed');
    }
  });
  await look('HTTP/2 is what it is given, and HTTP/1.1 where it asks for that', async () => {
    assert.equal((await call('billing', billing)).version, '2');
    assert.equal((await call('billing', billing, '--http1.1')).version, '1.1');
  });
  await look('a leaf without the intermediate that it needs is refused (F13)', async () => {
    const [own = ''] = (await readFile(batch.certificateFile, 'utf8')).split(
      /(?<=-----END CERTIFICATE-----\n)/,
    );
    const certificateFile = join(folder, 'batch-alone.pem');
    await writeFile(certificateFile, own);
    const alone = { certificateFile, keyFile: batch.keyFile };
    assert.equal(await verdict('batch', alone), '401 certificate_verification_failed');
  });
  await look('TLS 1.2 and 1.3', async () => {
    assert.equal(await verdict('billing', billing, '--tls-max', '1.2'), 200);
    assert.equal(await verdict('billing', billing, '--tlsv1.3'), 200);
  });
  await look('the bearer scheme in any case, and an id on every answer, refused or not', async () => {
    const ids = new Set<string>();
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const key = 'apiKey' in billing ? billing.apiKey : undefined;
      const traffic = await curl(ready, models, bearer(key, scheme), billing);
      const admin = await curl(
        ready,
        `${ready.apiBase}/organization/certificates`,
        bearer(ready.adminKey, scheme),
      );
      assert.deepEqual([traffic.status, admin.status], [200, 200]);
      for (const { requestId } of [traffic, admin]) ids.add(requestId);
    }
    for (const url of [models, `${ready.apiBase}/nowhere`, `${ready.authBase}/oauth/token`])
      ids.add((await curl(ready, url, bearer('wrong'))).requestId);
    assert.equal(ids.size, 9);
    for (const id of ids) assert.match(id, /^req_\w+$/);
  });
  await look('exchanges a leaf for a token, and calls with both (F17)', async () => {
    const ledger = clientOf(ready, 'ledger');
    assert.ok('serviceAccountId' in ledger);
    const { identityProviderId: identity_provider_id, serviceAccountId: service_account_id } = ledger;
    const json = ['--json', JSON.stringify({ ...EXCHANGE, identity_provider_id, service_account_id })];
    const token = (pair?: Pair) => curl(ready, `${ready.authBase}/oauth/token`, json, pair);
    const given = await token(ledger);
    assert.deepEqual([given.status, given.body.token_type, given.body.expires_in], [200, 'Bearer', 3_600]);
    assert.equal((await curl(ready, models, bearer(given.body.access_token), ledger)).status, 200);
    assert.equal((await token()).code, 'invalid_subject_token');
    assert.equal((await token(clientOf(ready, 'ledger-next'))).code, 'invalid_subject_token');
    assert.equal((await token(billing)).code, 'invalid_grant');
  });
}
