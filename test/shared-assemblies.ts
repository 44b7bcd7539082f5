import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Every file of a run shares what it bundles and synthesizes; each run, and each rerun of the watch, makes it anew. */
export default function setup(project: TestProject) {
  // Once for all projects. As an assembly of this process it is removed by others if this one is killed.
  if (process.env.WINDLASS_SHARED_ASSEMBLIES) return;
  const shared = resolve(import.meta.dirname, '..', 'cdk.out', `rehearsal-${process.pid}-shared`);
  process.env.WINDLASS_SHARED_ASSEMBLIES = shared;
  const remove = () => rmSync(shared, { recursive: true, force: true });
  project.onTestsRerun(async () => remove());
  return remove;
}
