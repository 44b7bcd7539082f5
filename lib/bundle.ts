import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { entryOf, type Step, steps } from './steps.ts';

const ROOT = resolve(import.meta.dirname, '..');

// Lambda's Node.js runtime brings these.
const external = ['@aws-sdk/*'];

// undici's own switch for a build of one file: leaves out the parser that it is only trying out, and that one's WebAssembly.
const define = { esbuildDetection: '1' };

/** Where a bundle's code is, within the directory given to {@link bundleSteps}. */
export const bundleOf = (into: string, step: Step): string => join(into, step);

/**
 * Bundles every step into a directory of its own under `into`, as `index.js` and its source map, and returns
 * what each is made of. One esbuild run for all of them: one run per function takes several times as long.
 *
 * The format is CommonJS: an ES module that imports `node:http` makes Node load whatever that module has, its WebSocket with it,
 * which is up to a fifth of a cold start.
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
    // Names and lines for stack traces. The sources themselves are in the repository, not in every function.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  // Within this project, whose own files are ES modules, a rehearsal runs them as well.
  for (const step of steps) writeFileSync(join(bundleOf(into, step), 'package.json'), COMMONJS);
  return metafile;
}

const COMMONJS = JSON.stringify({ type: 'commonjs' });
