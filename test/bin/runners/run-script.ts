import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs a runner's script to its end: `bench` is `bench/bench.ts`, and `account/verify-account` is that file.
 */
export async function runScript(script: string, args: readonly string[], env = process.env) {
  const child = started(script, args, env);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, said, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, said, complained };
}

/** The same where nobody reads what it prints, as behind a pipe to `head`. */
export async function runUnread(script: string, args: readonly string[]) {
  const child = started(script, args, process.env);
  child.stdout.destroy();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, complained] = await Promise.all([ended, text(child.stderr)]);
  return { code, complained };
}

function started(script: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const path = script.includes('/') ? script : `${script}/${script}`;
  const file = new URL(`../../../${path}.ts`, import.meta.url).pathname;
  return spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}
