import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { ROOT } from '../deploy-local/workspace.ts';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';

/** Starts `windlass simulate` as a user would, with these arguments, and stops it when `use` has ended. */
export async function simulated<T>(
  args: readonly string[],
  use: (ready: Simulation) => Promise<T>,
): Promise<T> {
  const script = ['bin/windlass.js', 'simulate', ...args];
  const child = spawn(join(ROOT, 'node_modules', '.bin', 'node'), script, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => void child.kill('SIGTERM');
  process.once('exit', stop);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const complaint = text(child.stderr);
  try {
    const { value: line } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    if (!line) throw new Error(`windlass simulate did not start: ${await complaint}`);
    return await use(JSON.parse(line));
  } finally {
    stop();
    process.off('exit', stop);
    await ended;
  }
}

/** A client of a simulation by its name. */
export function clientOf({ clients }: Simulation, name: string): Simulation['clients'][number] {
  const found = clients.find((client) => client.name === name);
  if (!found) throw new Error(`no simulated client is called ${name}`);
  return found;
}
