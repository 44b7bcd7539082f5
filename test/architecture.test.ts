import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FILES = globSync(['{bin,lib,lambdas,rehearsal}/**/*.ts'], { cwd: ROOT });

const layerOf = (file: string): string => {
  if (/^rehearsal\/(storm|in-process)\b/.test(file)) return 'storm';
  return /^lambdas\/(domain|adapters|clock)\b/.exec(file)?.[1] ?? file.split('/')[0] ?? '';
};

// Who may import whom (STYLE section 1). `lambdas` are the steps and their wrapper; the clock itself imports nothing.
// The storm runs the steps themselves, in process, on adapters of its own: nothing else but the bundler reaches a step.
const ARROWS: Record<string, string[]> = {
  bin: ['bin', 'lib', 'adapters', 'domain', 'clock', 'rehearsal'],
  lib: ['lib', 'domain'],
  lambdas: ['lambdas', 'adapters', 'domain', 'clock'],
  adapters: ['adapters', 'domain', 'clock'],
  clock: [],
  domain: ['domain'],
  rehearsal: ['rehearsal', 'lib', 'domain'],
  storm: ['storm', 'rehearsal', 'lib', 'lambdas', 'adapters', 'domain', 'clock'],
};

const imports = FILES.flatMap((file) =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(
    ([, to = '']) => ({ file, to }),
  ),
);
const ours = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ file, to }) => ({ file, to: normalize(join(dirname(file), to)) }));

describe('the layers', () => {
  it('import along the arrows and no others', () => {
    const wrong = ours.filter(
      ({ file, to }) => to.endsWith('.ts') && !ARROWS[layerOf(file)]?.includes(layerOf(to)),
    );
    expect(wrong).toEqual([]);
  });

  it('keep the domain to zod', () => {
    const packages = imports.filter(({ file, to }) => layerOf(file) === 'domain' && !to.startsWith('.'));
    expect([...new Set(packages.map(({ to }) => to))]).toEqual(['zod']);
  });

  it('keep the CDK out of everything that is deployed', () => {
    expect(
      imports.filter(
        ({ file, to }) => file.startsWith('lambdas/') && /^(aws-cdk-lib|constructs|cdk-nag)/.test(to),
      ),
    ).toEqual([]);
  });

  it('keep the clock, the process and the network out of the domain', () => {
    const impure = FILES.filter((file) => layerOf(file) === 'domain').filter((file) =>
      /\bprocess\.|\bDate\.now|new Date\(\)|\bfetch\(|Math\.random/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    );
    expect(impure).toEqual([]);
  });
});
