import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

/**
 * Lets all test files of a run share what they bundle and synthesize. Each run, and each rerun of the watch,
 * makes it anew.
 */
export default function setup(project: TestProject) {
  // Set once for all projects. It has the name of an assembly of this process, so other processes remove it
  // if this one is killed.
  if (process.env.WINDLASS_SHARED_ASSEMBLIES) return;
  const shared = resolve(import.meta.dirname, '..', 'cdk.out', `rehearsal-${process.pid}-shared`);
  process.env.WINDLASS_SHARED_ASSEMBLIES = shared;
  const remove = () => rmSync(shared, { recursive: true, force: true });
  project.onTestsRerun(async () => remove());
  return remove;
}
