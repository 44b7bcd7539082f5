import { join, resolve } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { entryOf, type Step, steps } from './steps.ts';

const ROOT = resolve(import.meta.dirname, '..');

// CommonJS dependencies call `require` for Node's own modules, which an ES module does not have.
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

// Lambda's Node.js runtime brings these.
const external = ['@aws-sdk/*'];

// undici's own switch for a build of one file: leaves out the parser that it is only trying out, and that one's WebAssembly.
const define = { esbuildDetection: '1' };

/** Where a bundle's code is, within the directory given to {@link bundleSteps}. */
export const bundleOf = (into: string, step: Step): string => join(into, step);

/**
 * Bundles every step into a directory of its own under `into`, as `index.mjs` and its source map, and returns
 * what each is made of. One esbuild run for all of them: one run per function takes several times as long.
 */
export function bundleSteps(into: string): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(steps.map((step) => [join(step, 'index'), entryOf(step)])),
    outdir: resolve(into),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: REQUIRE },
    external,
    define,
    minify: true,
    // Names and lines for stack traces. The sources themselves are in the repository, not in every function.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}
