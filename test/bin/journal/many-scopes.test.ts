import { expect, it } from 'vitest';
import { renderHistory } from '../../../bin/journal/history-report.ts';
import { rotationsBack } from '../../../bin/journal/latest-rotations.ts';
import { rotationOf } from '../../../bin/journal/rotations.ts';
import { dynamoJournal } from '../../../lambdas/adapters/table/journal.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import { openAccount } from '../doctor/account.ts';
import { line } from './recorded-journal.ts';

const on = line('drill', 6);
const [was, both, is] = [['cert_old'], ['cert_old', 'cert_new'], ['cert_new']];
const look = { evidence: 'probe', probes: 2 };

/** The trail of a run of so many projects, of which one was refused before its cut. */
function trailOf(projects: number, refused: number): JournalEntry[] {
  const scopes = Array.from({ length: projects }, (_, i) => `proj_${i}`);
  const error = { error: 'ProbeRefused', cause: 'search: 401' };
  return [
    on(0, 'planned', {
      request: { mode: 'scheduled' },
      successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
      ...{ blocked: [], scopes: [['projects', scopes.slice(0, 1_000)]], summary: 'a rotation' },
    }),
    ...scopes.flatMap((scope, i) => [
      on(1, 'activating', { activating: ['cert_new'], before: was }, scope),
      on(1, 'activated', { activated: ['cert_new'], alreadyActive: [], before: was, after: both }, scope),
      on(2, 'verified', { ...look, moment: 'overlap' }, scope),
      on(3, 'verified', { ...look, moment: 'beforeCut', ...(i === refused && error) }, scope),
      on(4, 'deactivating', { deactivating: was }, scope),
      on(4, 'deactivated', { deactivated: was, alreadyInactive: [], before: both, after: is }, scope),
      on(5, 'confirmed', { ...look, refused: ['billing'] }, scope),
    ]),
    on(6, 'ended', { outcome: 'halted', Error: 'ProbeRefused', Cause: 'proj_1234: search: 401' }),
  ];
}

it('I18: history of a run of thousands of scopes is what a person reads, with what halted and how it ended', {
  timeout: 20_000,
}, () => {
  const text = renderHistory({ rotations: [rotationOf(trailOf(2_000, 1_234))], leftOut: 0 });
  expect(text.split('\n').length).toBeLessThan(120);
  expect(text).toMatch(/proj_0 +activated/);
  expect(text).toMatch(/and 6,160 more, in --json/);
  expect(text).toMatch(/proj_1234 +not verified before the cut/);
  expect(text).toMatch(/and 3,815 more, in --json/);
  expect(text).toMatch(/proj_1999 +confirmed by 2 probes/);
  expect(text).toMatch(/halted \S+ \S+ UTC: ProbeRefused: proj_1234: search: 401/);
});

it('I18: history of a run of a few scopes has every step', () => {
  const text = renderHistory({ rotations: [rotationOf(trailOf(12, 3))], leftOut: 0 });
  expect(text).not.toContain('in --json');
  expect(text.match(/confirmed by 2 probes/g)).toHaveLength(12);
});

it('I18: a trail is read once, however far back', async () => {
  const account = await openAccount('acme');
  const table = account.table('acme');
  const journal = dynamoJournal(table);
  const lines = trailOf(30, 3);
  await Promise.all(lines.map((one) => journal.record(one)));
  let read = 0;
  const counting = {
    ...table,
    async documents() {
      const documents = await table.documents();
      const query: typeof documents.query = async (input: Parameters<typeof documents.query>[0]) => {
        const page = await documents.query(input);
        read += page.Items?.length ?? 0;
        return page;
      };
      return Object.assign(Object.create(documents), { query });
    },
  };
  const [rotation] = await rotationsBack(counting, 3, (found) => found.length > 0);
  expect(rotation?.entries).toHaveLength(lines.length);
  expect(read).toBe(lines.length);
});
