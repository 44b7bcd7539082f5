import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demandWritableFolder } from '../../../bin/terminal/files.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { history, output } from '../execution.ts';
import { ADMIN_KEY, NOW, smallOrganization } from '../organization.ts';
import { type Ran, scratch, windlassProcess } from '../run.ts';
import { serveStepFunctions } from '../step-functions.ts';

const WINDLASS = resolve(import.meta.dirname, '../../../bin/windlass.js');

const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass';

/** A device that is always full, where the operating system has one. */
const FULL = '/dev/full';

/** Runs the command line with this redirection. `LIMIT` is the largest size of a file, in blocks. */
const into = (redirected: string, env: Record<string, string>, ...args: string[]) =>
  spawnSync(
    'bash',
    ['-c', `ulimit -f "\${LIMIT:-unlimited}"; "$0" "$@" ${redirected}`, process.execPath, WINDLASS, ...args],
    { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60_000 },
  );

/** As {@link into}, without blocking this process, which serves something meanwhile. */
const intoBeside = (
  redirected: string,
  env: Record<string, string>,
  ...args: string[]
): Promise<Omit<Ran, 'stdout'>> =>
  new Promise((done) => {
    const child = spawn('bash', ['-c', `"$0" "$@" ${redirected}`, process.execPath, WINDLASS, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (code) => done({ code, stderr }));
  });

describe('what cannot be written', () => {
  it.skipIf(!existsSync(FULL))('is one line and exit code 2 where the disk is full', () => {
    const { status, stderr } = into(`> ${FULL}`, {}, 'explain');
    expect(stderr).toBe('windlass: cannot write to stdout: the disk is full; what is there is not whole\n');
    expect(status).toBe(2);
  });

  it.skipIf(!existsSync(FULL))('hides no other ending', () => {
    const { status } = into(`> ${FULL} 2> ${FULL}`, {}, 'explain', 'NoSuchName');
    expect(status).toBe(2);
    expect(into(`2> ${FULL}`, {}, 'explain').status).toBe(0);
  });

  it.skipIf(!existsSync(FULL))(
    'ends with 2 as well where something is blocked, which nobody can read then',
    async () => {
      const api = await serveCertificatesApi({
        organization: smallOrganization({ blockedOnly: true }),
        adminKeys: { [ADMIN_KEY]: 'windlass' },
      });
      onTestFinished(api.close);
      const env = { OPENAI_ADMIN_KEY: ADMIN_KEY };
      const { code, stderr } = await intoBeside(
        `> ${FULL}`,
        env,
        'plan',
        '--base-url',
        api.url,
        '--now',
        NOW,
      );
      expect({ code, said: stderr.includes('the disk is full') }).toEqual({ code: 2, said: true });
    },
  );

  it.skipIf(!existsSync(FULL))(
    'is no wrong use where a rotation was started: whoever repeats what was refused must not repeat this',
    async () => {
      const served = await serveStepFunctions({ history, ending: { status: 'SUCCEEDED', output } });
      onTestFinished(served.close);
      const env = { AWS_ENDPOINT_URL_SFN: served.url, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
      const { code } = await intoBeside(`> ${FULL}`, env, 'rotate', '--state-machine', ARN, '--yes');
      expect(code).toBe(4);
    },
  );

  it.skipIf(!existsSync(FULL))('ends a simulation that can tell nobody where it serves', async () => {
    const TMPDIR = await scratch();
    const { status, stderr } = into(`> ${FULL}`, { TMPDIR }, 'simulate');
    expect(stderr).toBe('windlass: cannot write to stdout: the disk is full; what is there is not whole\n');
    expect({ status, left: await readdir(TMPDIR) }).toEqual({ status: 2, left: [] });
  });

  it('is no bug where there is no room for the keys of a simulation', async () => {
    const TMPDIR = await scratch();
    const { status, stderr } = into('', { TMPDIR, LIMIT: '0', NODE_COMPILE_CACHE: '' }, 'simulate');
    expect(stderr).toMatch(/^windlass: cannot write \S+host-ca\.pem: a file may not be that large here\n$/);
    expect({ status, left: await readdir(TMPDIR) }).toEqual({ status: 2, left: [] });
  });

  it('is refused before anything starts: a TMPDIR that is not there', async () => {
    const TMPDIR = join(await scratch(), 'none');
    const { code, stderr } = await windlassProcess(['simulate'], { TMPDIR });
    expect(stderr).toBe(
      `windlass: cannot write in ${TMPDIR}: there is no such file or directory; set TMPDIR to a folder where its keys may be written\n`,
    );
    expect(code).toBe(2);
  });

  it('is what is no folder, and not one where something was written for the attempt', async () => {
    const folder = await scratch();
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(demandWritableFolder(file, 'use another')).rejects.toThrow(
      /cannot write in .*: a part of its path is not a directory; use another/,
    );
    await demandWritableFolder(folder, 'use another');
    expect(await readdir(folder)).toEqual(['file']);
  });
});
