import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { haltNames } from '../../lambdas/domain/error-guide.ts';
import { sections, withHalts } from './halt-tables.ts';

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');

it.each(Object.keys(sections))('%s tells of every halt what the guide tells', (path) => {
  const expected = withHalts(read(path), path);
  expect(read(path) === expected, `npm run docs:errors writes this:\n\n${sections[path]?.()}\n`).toBe(true);
});

it.each(Object.keys(sections))('%s names every halt', (path) => {
  for (const name of haltNames) expect(read(path)).toContain(`\`${name}\``);
});
