import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Checks } from '../deploy-local/checks.ts';

/**
 * Runs a script and counts the checks that it reports in the form of `python/told.py`. That the script runs
 * to its end is a check as well.
 */
export async function toldByScript(
  checks: Checks,
  { program, script, about }: { program: string; script: string; about: object },
): Promise<void> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(program, [script], { stdio: ['pipe', 'pipe', 'pipe'], env });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const complaint = text(child.stderr);
  child.stdin.once('error', () => {}).end(JSON.stringify(about));
  let [looked, told] = [Promise.resolve(true), Promise.withResolvers<void>()];
  let isOver = true;
  for await (const line of createInterface({ input: child.stdout })) {
    const { begins, failed } = JSON.parse(line) as { begins?: string; failed?: string | null };
    isOver = begins === undefined;
    if (begins !== undefined) {
      told = Promise.withResolvers();
      looked = checks.look(begins, () => told.promise);
    } else {
      if (failed) told.reject(new Error(failed));
      else told.resolve();
      await looked;
    }
  }
  const [code, said] = [await ended, await complaint];
  if (!isOver) told.reject(new Error('it stopped in the middle'));
  await looked;
  await checks.look(`${basename(script)} runs to its end`, async () => {
    if (code !== 0) throw new Error(said.trimEnd().split('\n').slice(-12).join('\n'));
  });
}
