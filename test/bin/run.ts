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

/** The environment for a process that has to look more than once. It shortens the pauses. */
export const HURRIED = { NODE_OPTIONS: `--import=${new URL('./hurried.ts', import.meta.url)}` };

/** Starts the command line as a user does, with only the given environment besides PATH and HOME. */
export function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [WINDLASS, ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails half way leaves no process running.
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
 * As {@link windlassProcess}, in this process and with short pauses. Loading everything in a new process
 * takes a second. Only one call at a time works, because there is one environment and one stdout.
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

/** Changes one variable at a time: native code that reads the environment would not see a new object. */
function become(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** Waits until something has been said, or until the command has ended. */
export async function until(running: ReturnType<typeof start>, isSaid: (said: Omit<Ran, 'code'>) => boolean) {
  while (!isSaid(running.said) && running.child.exitCode === null)
    await new Promise((resume) => setTimeout(resume, 20));
}

/** Makes a new directory with these files. It is removed when the test ends. */
export async function scratch(files: Record<string, string | Buffer> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'windlass-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}
