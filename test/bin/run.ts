import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { windlassProgram } from '../../bin/commands/program.ts';
import { complain, exit } from '../../bin/terminal/exit.ts';
import './hurried.ts';

const WINDLASS = resolve(import.meta.dirname, '../../bin/windlass.js');

export type Ran = { code: number | null; stdout: string; stderr: string };

/** For a process that has to look more than once: its pauses are short, too. */
export const HURRIED = { NODE_OPTIONS: `--import=${new URL('./hurried.ts', import.meta.url)}` };

/** Starts the command line as a user does, with only the given environment beside PATH and HOME. */
export function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [WINDLASS, ...args], {
    env: environment(env),
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

/** Runs the command line to its end, in a process of its own. */
export const windlassProcess = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  start(args, env).ended;

/**
 * The same within this process and with short pauses, as `bin/windlass.js` does it: a process takes a second to load what is loaded here.
 * One at a time, since there is one environment and one stdout.
 */
export async function windlass(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const before = { ...process.env };
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  become(environment(env));
  try {
    await windlassProgram().parseAsync(args, { from: 'user' });
    return { code: Number(process.exitCode ?? exit.ok), ...said };
  } catch (error) {
    const code = complain(error);
    return { code, ...said };
  } finally {
    process.exitCode = undefined;
    become(before);
    for (const spy of spies) spy.mockRestore();
  }
}

function environment(env: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '', WINDLASS_SHARED_ASSEMBLIES = '' } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE, WINDLASS_SHARED_ASSEMBLIES, ...env };
}

/** One variable at a time: what reads the environment natively would not see another object. */
function become(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** Waits until something has been said, or the command has ended without saying it. */
export async function until(running: ReturnType<typeof start>, isSaid: (said: Omit<Ran, 'code'>) => boolean) {
  while (!isSaid(running.said) && running.child.exitCode === null)
    await new Promise((resume) => setTimeout(resume, 20));
}

/** A new directory for one test's files, with these in it, removed when the test ends. */
export async function scratch(files: Record<string, string | Buffer> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'windlass-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}
