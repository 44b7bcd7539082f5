import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { entryOf, type Step, steps } from './steps.ts';

const ROOT = resolve(import.meta.dirname, '..');

// Lambda's Node.js runtime provides these packages.
const external = ['@aws-sdk/*'];

// undici's own switch for a build of one file. It leaves out an experimental parser and its WebAssembly.
const define = { esbuildDetection: '1' };

/** Where a bundle's code is, within the directory given to {@link bundleSteps}. */
export const bundleOf = (into: string, step: Step): string => join(into, step);

/**
 * Bundles every step into a directory of its own under `into`, as `index.js` and its source map. Returns what
 * each bundle is made of. All are built in one esbuild run, since one run per function takes several times as
 * long.
 * The format is CommonJS: an ES module that imports `node:http` makes Node load everything in that module,
 * its WebSocket included, which is up to a fifth of a cold start.
 */
export function bundleSteps(into: string): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(steps.map((step) => [join(step, 'index'), entryOf(step)])),
    outdir: resolve(into),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external,
    define,
    minify: true,
    // Names and lines for stack traces. The sources themselves are in the repository and need not be in every
    // function.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  // This project's own files are ES modules. A rehearsal runs the bundles within the project, so they have to
  // be marked as CommonJS.
  for (const step of steps) writeFileSync(join(bundleOf(into, step), 'package.json'), COMMONJS);
  return metafile;
}

const COMMONJS = JSON.stringify({ type: 'commonjs' });
