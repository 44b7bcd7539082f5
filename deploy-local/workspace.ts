import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { serverIdentity } from '../simulation/certificates/pki.ts';

export const ROOT = resolve(import.meta.dirname, '..');

/** Below the repository, so that functions that the emulator unpacks here find this project's AWS SDK. */
export const FOLDER = join(ROOT, 'cdk.out', 'deploy-local');

export const REGION = 'eu-west-1';
export const ACCOUNT = '000000000000';

/** The folder of one run, and what its programs have in common. */
export type Workspace = {
  folder: string;
  port: number;
  /** The emulator's own certificate. The bundle `ca` holds its authority and those of the simulated hosts. */
  gateway: { cert: string; key: string };
  ca: string;
  /** The environment, without the user's AWS settings: no command of a run can reach an account. */
  environment: NodeJS.ProcessEnv;
  /** The settings for the AWS clients of this process. */
  settings: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    requestHandler: { httpsAgent: Agent };
  };
};

/** Makes an empty workspace whose programs trust the emulator and these PEMs. */
export async function openWorkspace(trusted: readonly string[]): Promise<Workspace> {
  const temporary = join(FOLDER, 'tmp');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  // This project consists of ES modules. What the emulator writes beside a function's code is CommonJS.
  await writeFile(join(temporary, 'package.json'), '{ "type": "commonjs" }\n');
  const [identity, port] = [serverIdentity(), await freePort()];
  const pems = [identity.ca, ...trusted].join('\n');
  const written = async (name: string, content: string) => {
    const path = join(temporary, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const ca = await written('ca.pem', pems);
  const endpoint = `https://localhost:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    ...{ folder: FOLDER, port, ca },
    gateway: {
      cert: await written('gateway.pem', `${identity.cert}\n${identity.ca}`),
      key: await written('gateway.key', identity.key),
    },
    environment: {
      ...withoutAwsOrProxy(process.env),
      PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      TMPDIR: temporary,
      NODE_EXTRA_CA_CERTS: ca,
      AWS_CA_BUNDLE: ca,
      AWS_CONFIG_FILE: await written('aws-config', ''),
      AWS_SHARED_CREDENTIALS_FILE: await written('aws-credentials', ''),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
    },
    settings: {
      ...{ region: REGION, endpoint, credentials },
      requestHandler: { httpsAgent: new Agent({ ca: pems, keepAlive: true }) },
    },
  };
}

/**
 * The environment of a program that calls the emulator. The emulator itself gives its functions its address.
 */
export const towardsEmulator = ({ environment, settings }: Workspace): NodeJS.ProcessEnv => ({
  ...environment,
  AWS_ENDPOINT_URL: settings.endpoint,
});

const withoutAwsOrProxy = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^AWS_|_proxy$/i.test(name)));

/** A port that is free. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The other process that uses a folder, if it is alive; null when the folder is free. */
export async function otherIn(folder: string): Promise<number | null> {
  const pid = Number(await readFile(fileIn(folder), 'utf8').catch(() => ''));
  return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : null;
}

/**
 * Marks a folder as used by this process, while it lives. Returns why the folder cannot be written to, or
 * null.
 */
export async function take(folder: string): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(fileIn(folder), `${process.pid}\n`);
    return null;
  } catch (error) {
    return String(Object(error).code ?? error);
  }
}

const fileIn = (folder: string) => join(folder, 'pid');

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
