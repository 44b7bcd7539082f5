import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Ended = { exitCode: number; stdout: string; stderr: string };

/** `input` is what the program reads. When absent, nothing. */
export type RunOptions = { cwd: string; env: NodeJS.ProcessEnv; input?: string };

/** Runs a program to its end, with any exit code. A program that cannot be started counts as 127. */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', ...options }: RunOptions,
): Promise<Ended> {
  const child = spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number>((done) => {
    child.once('error', () => done(127));
    child.once('close', (code) => done(code ?? 1));
  });
  // A program that ends without reading all of its input has not failed.
  child.stdin.once('error', () => {}).end(input);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
}

/** Runs a program that has to end well. Otherwise throws with the last lines that it wrote. */
export async function demand(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await run(program, args, options);
  if (exitCode === 0) return stdout;
  const last = `${stdout}\n${stderr}`.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`${[program, ...args].join(' ')} ended with ${exitCode}:\n${last}`);
}
