import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

// Within the project, since the bundles import the AWS SDK from its node_modules.
const OUT = resolve(import.meta.dirname, '..', '..', 'cdk.out');

let assemblies = 0;

/**
 * The directory of the next cloud assembly. `remove` is for the end of the rehearsal, since the functions run
 * from that directory.
 */
export function newAssembly(): { outdir: string; remove(): Promise<void> } {
  const outdir = join(OUT, `rehearsal-${process.pid}-${++assemblies}`);
  return { outdir, remove: () => rm(outdir, { recursive: true, force: true }) };
}

/** Removes the assemblies of processes that were killed before they could do it. */
export async function removeAbandonedAssemblies(): Promise<void> {
  const left = await readdir(OUT).catch(() => []);
  const pids = new Set(left.flatMap((name) => /^rehearsal-(\d+)-/.exec(name)?.[1] ?? []).map(Number));
  for (const pid of pids) if (!isRunning(pid)) await removeAssembliesOf(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be signalled, but it runs.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Removes what a stopped process has left. */
export async function removeAssembliesOf(pid: number): Promise<void> {
  const left = (await readdir(OUT).catch(() => [])).filter((name) => name.startsWith(`rehearsal-${pid}-`));
  for (const name of left) await rm(join(OUT, name), { recursive: true, force: true });
}
