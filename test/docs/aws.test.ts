import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT, textOf } from './documents.ts';

/** The rows of docs/aws.md: the behaviour, its source, and what shows it. */
const rows = textOf('docs/aws.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| behaviour'))
  .map((line) => line.slice(2, -2).split(' | '));

describe('each behaviour of AWS that is relied on', () => {
  it('has its row', () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((cells) => cells.length !== 3)).toEqual([]);
  });

  it.each(rows)('has a page of AWS for its source: %s', (_, source = '') => {
    const links = [...source.matchAll(/\]\(([^)]+)\)/g)].map(([, to]) => to);
    expect(links.length).toBeGreaterThan(0);
    for (const to of links) expect(to).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/);
  });

  it.each(rows)(
    'is shown by a test that is there, or by a script of this project: %s',
    (_, __, shown = '') => {
      const named = [...shown.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      const files = named.filter((name) => name.startsWith('test/'));
      const scripts = named.flatMap((name) => /^npm run (\S+)$/.exec(name)?.[1] ?? []);
      expect(files.length + scripts.length).toBeGreaterThan(0);
      expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
    },
  );
});
