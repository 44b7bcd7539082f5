import { expect, it } from 'vitest';
import { checks } from '../../bin/doctor/finding.ts';
import { textOf } from './documents.ts';

it('operations.md says of every check of a doctor what is looked at', () => {
  const [, section = ''] = textOf('docs/operations.md').split('\n## Is everything in order?\n');
  const [table = ''] = section.split('\n## ');
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
  expect(checks.filter((check) => !named.includes(check))).toEqual([]);
});
