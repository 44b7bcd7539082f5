import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { bundleSteps } from '../../lib/bundle.ts';

/** The directory that a run of the tests shares what it synthesizes in; nobody else sets the variable. */
const sharedDirectory = (): string | undefined => process.env.WINDLASS_SHARED_ASSEMBLIES || undefined;

/** The steps as they have been bundled for everybody; undefined where each bundles for itself. */
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

/** Where the assembly of a configuration is shared; undefined where each synthesizes for itself. */
export function sharedAssembly(configuration: object): string | undefined {
  const shared = sharedDirectory();
  if (shared === undefined) return undefined;
  const digest = createHash('sha256').update(JSON.stringify(configuration)).digest('hex');
  return join(shared, `of-${digest.slice(0, 16)}`);
}

let made = 0;

/** Where this thread makes what it publishes as `directory`. */
export const ownNameFor = (directory: string): string => `${directory}-${process.pid}-${threadId}-${++made}`;

/** Gives a directory its name in one step. Where another process was faster, what that one made is as good. */
export function publish(own: string, directory: string): void {
  try {
    renameSync(own, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(own, { recursive: true });
  }
}
