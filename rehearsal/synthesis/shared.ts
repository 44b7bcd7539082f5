import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { bundleSteps } from '../../lib/bundle.ts';

/**
 * The directory in which one run of the tests shares what it synthesizes. Only the tests set the variable.
 */
const sharedDirectory = (): string | undefined => process.env.WINDLASS_SHARED_ASSEMBLIES || undefined;

/**
 * The shared bundles of the steps. Undefined when nothing is shared, so that each process bundles for itself.
 */
export function sharedBundles(): string | undefined {
  const shared = sharedDirectory();
  if (shared === undefined) return undefined;
  const bundles = join(shared, 'bundles');
  if (!existsSync(bundles)) {
    const own = ownNameFor(bundles);
    bundleSteps(own);
    publish(own, bundles);
  }
  return bundles;
}

/**
 * The directory of the shared assembly of a configuration. Undefined when nothing is shared, so that each
 * process synthesizes for itself.
 */
export function sharedAssembly(configuration: object): string | undefined {
  const shared = sharedDirectory();
  if (shared === undefined) return undefined;
  const digest = createHash('sha256').update(JSON.stringify(configuration)).digest('hex');
  return join(shared, `of-${digest.slice(0, 16)}`);
}

let made = 0;

/** The directory in which this thread makes what it then publishes as `directory`. */
export const ownNameFor = (directory: string): string => `${directory}-${process.pid}-${threadId}-${++made}`;

/**
 * Gives a directory its final name in one step. When another process was faster, its directory is used
 * instead.
 */
export function publish(own: string, directory: string): void {
  try {
    renameSync(own, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(own, { recursive: true });
  }
}
