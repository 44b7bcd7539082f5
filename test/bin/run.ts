import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const WINDLASS = resolve(import.meta.dirname, '../../bin/windlass.ts');

export type Ran = { code: number | null; stdout: string; stderr: string };

/** Starts the command line as a user does, with only the given environment beside PATH and HOME. */
export function start(args: readonly string[], env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [WINDLASS, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails half way leaves nothing running.
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const ended = new Promise<Ran>((done) => child.on('close', (code) => done({ code, ...said })));
  return { child, said, ended };
}

/** Runs the command line to its end. */
export const windlass = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  start(args, env).ended;

/** Waits until something has been said, or the command has ended without saying it. */
export async function until(running: ReturnType<typeof start>, isSaid: (said: Omit<Ran, 'code'>) => boolean) {
  while (!isSaid(running.said) && running.child.exitCode === null)
    await new Promise((resume) => setTimeout(resume, 20));
}

/** A new directory for one test's files, removed when the test ends. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'windlass-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
