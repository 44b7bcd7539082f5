import { expect, it } from 'vitest';
import { asTold } from '../../../lambdas/domain/first-few.ts';
import { entryOf, inLines } from '../../../lambdas/domain/memory/audit.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { clientField } from '../../../lib/checks/fields.ts';

const names = Array.from({ length: 1_100 }, (_, at) => `${'請求書発行'.repeat(8)}-${at}`);

it('names of any script are names of clients', () => {
  for (const name of names) clientField.parse({ name, project: 'proj_a', secret: `acme/${name.length}` });
});

it('I18: a line about clients whose names are not of ASCII is no larger than an item of the table may be', () => {
  const leaf = 'f'.repeat(64);
  // Promote writes this down before it moves a client, and does not go on without it.
  const detail = {
    promoting: names,
    leaves: names.map((client) => ({ client, before: leaf, after: leaf })),
  };
  const execution = {
    id: 'arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:one',
    startedAt: '',
  };
  const bytes = ({ detail: own }: JournalEntry) => Buffer.byteLength(JSON.stringify(own));
  const lines = inLines(entryOf({ execution }, 1_800_000_000, 'promoting', detail));
  // An item holds 400 KB, counted in UTF-8 (DynamoDB).
  expect(Math.max(...lines.map(bytes))).toBeLessThanOrEqual(400 * 1024);
  expect(lines.flatMap((line) => line.detail.promoting).sort()).toEqual([...names].sort());
});

it('I18: nor is a list of them in a state longer than one of names of ASCII', () => {
  const long = names.map((name) => name.repeat(3).slice(0, 128));
  expect(Buffer.byteLength(JSON.stringify(asTold(long)))).toBeLessThan(80 * 1024);
});
