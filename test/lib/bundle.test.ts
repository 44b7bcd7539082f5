import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, bundleSteps } from '../../lib/bundle.ts';
import { type Step, steps } from '../../lib/steps.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'cdk.out');

mkdirSync(OUT, { recursive: true });
// This folder is within the project, where Node finds the AWS SDK that Lambda's runtime would bring.
const into = mkdtempSync(join(OUT, 'bundles-'));
afterAll(() => rmSync(into, { recursive: true }));
const { outputs } = bundleSteps(into);

const fileOf = (step: Step) => join(bundleOf(into, step), 'index.js');
const bundles = steps.map((step) => {
  const output = Object.entries(outputs).find(([path]) => resolve(ROOT, path) === fileOf(step))?.[1];
  if (!output) throw new Error(`no bundle for ${step}`);
  const packages = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'windlass');
  return { step, output, packages: new Set(packages) };
});

describe('every bundle', () => {
  it.each(bundles)('$step is at most 750 KB', ({ step }) => {
    expect(statSync(fileOf(step)).size).toBeLessThanOrEqual(750_000);
  });

  it('is imported by Node 24 without an environment, and exports its handler', () => {
    const urls = steps.map((step) => pathToFileURL(fileOf(step)).href);
    const script = `
      const kinds = [];
      for (const url of ${JSON.stringify(urls)}) kinds.push(typeof (await import(url)).handler);
      console.log(JSON.stringify({ node: process.versions.node.split('.')[0], kinds }));
    `;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env: {} });
    expect(JSON.parse(said.toString())).toEqual({ node: '24', kinds: steps.map(() => 'function') });
  });

  it.each(bundles)('$step leaves nothing outside but Node and the AWS SDK', ({ output }) => {
    const outside = output.imports.filter(({ external }) => external).map(({ path }) => path);
    expect(outside.filter((path) => !isBuiltin(path) && !path.startsWith('@aws-sdk/'))).toEqual([]);
  });

  it.each(bundles)('$step carries the API client or the prober only when it reaches that far', (bundle) => {
    const { step, packages } = bundle;
    expect(packages.has('openai')).toBe(['plan', 'activate', 'deactivate', 'undo', 'release'].includes(step));
    expect(packages.has('undici')).toBe(['verify', 'confirm', 'restore'].includes(step));
  });

  it('with the prober has one HTTP parser, and both builds of it, for machines without SIMD too', () => {
    const parsers = bundles.flatMap(({ step, output }) =>
      Object.keys(output.inputs)
        .filter((path) => /undici\/lib\/(milo|llhttp)\/.*(simd|wasm)/.test(path))
        .map((path) => `${step} ${path.replace(/.*\/lib\//, '')}`),
    );
    const both = ['llhttp/llhttp-wasm.js', 'llhttp/llhttp_simd-wasm.js'];
    expect(parsers.sort()).toEqual(
      ['confirm', 'restore', 'verify'].flatMap((step) => both.map((path) => `${step} ${path}`)),
    );
  });
});
