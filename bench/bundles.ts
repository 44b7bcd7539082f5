import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleOf, bundleSteps } from '../lib/bundle.ts';
import { type Step, steps } from '../lib/steps.ts';
import { repeated, runNode, spread } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * Measures every function's bundle: its size, what it is made of, and how long Node takes to import it
 * (milliseconds).
 */
export async function benchBundles(imports: number) {
  // Within the project, where Node finds the AWS SDK that Lambda's runtime would provide.
  const into = await mkdtemp(join(ROOT, 'cdk.out-bench-'));
  try {
    const { outputs } = bundleSteps(into);
    const entries = await Promise.all(
      steps.map(async (step) => {
        const file = join(bundleOf(into, step), 'index.js');
        const output = Object.entries(outputs).find(([path]) => resolve(ROOT, path) === file)?.[1];
        return [
          step,
          { kilobytes: Math.round(statSync(file).size / 1024), madeOf: madeOf(output?.inputs ?? {}) },
        ];
      }),
    );
    const sizes = Object.fromEntries(entries) as Record<Step, { kilobytes: number; madeOf: object }>;
    const timed: [Step, object][] = [];
    for (const step of steps)
      timed.push([step, { ...sizes[step], importMs: await timeImport(into, step, imports) }]);
    return Object.fromEntries(timed);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/** Times imports, each in a process of its own: a second import in one process costs nothing. */
async function timeImport(into: string, step: Step, imports: number) {
  const url = pathToFileURL(join(bundleOf(into, step), 'index.js')).href;
  const script = `const t = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - t);`;
  const runs = await repeated(imports, () => runNode(['--input-type=module', '--eval', script]));
  return spread(runs.map(({ stdout }) => Number(stdout)));
}

/** Kilobytes by package, the largest first. Packages below 1 KB are left out. */
function madeOf(inputs: Record<string, { bytesInOutput: number }>): Record<string, number> {
  const byPackage = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = packageOf(path);
    byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput);
  }
  const sorted = [...byPackage].sort(([, a], [, b]) => b - a);
  const named = sorted.filter(([, bytes]) => bytes >= 1024);
  return Object.fromEntries(named.map(([name, bytes]) => [name, Math.round(bytes / 1024)]));
}

function packageOf(path: string): string {
  const inside = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  return inside ?? (relative('lambdas', path).startsWith('..') ? 'other' : 'windlass');
}
