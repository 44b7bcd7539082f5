import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { REGION, type Workspace } from './workspace.ts';

/** The emulator, pinned. `known-differences.ts` lists where this version differs from AWS. */
export const MINISTACK = 'ministack==1.5.33';

/**
 * Starts the emulator, with IAM enforced and over TLS, and waits until it answers. `close` ends it and its
 * functions.
 */
export async function startEmulator(
  program: string,
  workspace: Workspace,
): Promise<{ close(): Promise<void> }> {
  const { folder, port, gateway, environment } = workspace;
  const log = openSync(join(folder, 'emulator.log'), 'w');
  const child = spawn(program, [], {
    cwd: folder,
    env: {
      ...environment,
      ...{ GATEWAY_PORT: `${port}`, BIND_HOST: '127.0.0.1', MINISTACK_HOST: 'localhost' },
      // The CDK's bucket refuses plain HTTP.
      ...{ USE_SSL: '1', MINISTACK_SSL_CERT: gateway.cert, MINISTACK_SSL_KEY: gateway.key },
      ...{ AUTH: 'true', LAMBDA_EXECUTOR: 'local', MINISTACK_REGION: REGION },
    },
    stdio: ['ignore', log, log],
    // A process group of its own: the emulator's functions are its children and have to end with it.
    detached: true,
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const close = async () => {
    stop(child);
    await ended;
  };
  for (let tries = 0; tries < 120 && child.exitCode === null; tries++) {
    if (await answers(workspace)) return { close };
    await pause(500);
  }
  await close();
  throw new Error(`the emulator does not answer: ${join(folder, 'emulator.log')} says why`);
}

function stop({ pid, exitCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null) return;
  process.kill(-pid, 'SIGKILL');
}

const answers = ({ settings }: Workspace): Promise<boolean> =>
  new Promise((done) => {
    const agent = settings.requestHandler.httpsAgent;
    const asked = request(`${settings.endpoint}/_ministack/health`, { agent, timeout: 2_000 }, (answer) => {
      answer.resume();
      done(answer.statusCode === 200);
    });
    asked.once('error', () => done(false));
    asked.end();
  });
