import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Checks } from '../deploy-local/checks.ts';
import { demand } from '../deploy-local/run-command.ts';
import { ROOT } from '../deploy-local/workspace.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import { clientOf } from './simulated.ts';

/** Runs `openssl s_client`, unmodified, against both hosts to check the handshake itself (F10). */
export async function opensslChecks(checks: Checks, ready: Simulation, folder: string): Promise<void> {
  const { certificateFile, keyFile } = clientOf(ready, 'billing');
  for (const [host, base] of [
    ['the mTLS host', ready.mtlsBase],
    ['the token host', ready.authBase],
  ] as const) {
    const look = (what: string, check: () => Promise<void>) => checks.look(`openssl: ${host} ${what}`, check);
    const connect = (...args: string[]) =>
      demand(
        'openssl',
        [
          's_client',
          '-connect',
          new URL(base).host,
          '-servername',
          'localhost',
          ...STRICT,
          ready.caFile,
          ...args,
        ],
        { cwd: ROOT, env: process.env, input: args.includes('-ign_eof') ? REQUEST : '' },
      );
    await look('has a chain that verifies, for this name', async () => {
      says(await connect(), /Verify return code: 0 \(ok\)/);
      await assert.rejects(connect('-verify_hostname', 'elsewhere.example'));
    });
    await look('asks for a client certificate of any authority, and goes on without', async () => {
      const said = await connect('-tls1_2');
      says(said, /No client certificate CA names sent/);
      says(said, /Client Certificate Types: .*ECDSA sign/);
      says(await connect('-cert', certificateFile, '-key', keyFile), /Verify return code: 0 \(ok\)/);
    });
    await look('offers HTTP/2 beside HTTP/1.1', async () => {
      says(await connect('-alpn', 'h2,http/1.1'), /ALPN protocol: h2/);
      says(await connect('-alpn', 'http/1.1'), /ALPN protocol: http\/1\.1/);
    });
    for (const version of ['tls1_2', 'tls1_3'])
      await look(`goes on with a session where it is asked to (${version})`, async () => {
        const session = join(folder, `${version}.session`);
        says(await connect(`-${version}`, '-sess_out', session, '-ign_eof'), /^New, /m);
        says(await connect(`-${version}`, '-sess_in', session), /^Reused, /m);
        says(await connect(`-${version}`), /^New, /m);
      });
  }
}

const STRICT = ['-x509_strict', '-verify_return_error', '-CAfile'];

/**
 * Asserts that the output has a line. The error does not show the output, which also contains the session's
 * keys.
 */
function says(said: string, what: RegExp): void {
  assert.ok(what.test(said), `openssl does not say ${what}`);
}

/**
 * With TLS 1.3 the session ticket comes after the handshake, at the latest with an answer. So a request is
 * sent.
 */
const REQUEST = 'GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
