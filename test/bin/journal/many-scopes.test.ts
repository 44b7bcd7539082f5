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

/**
 * Returns the trail of a run of that many projects. The project number `refused` was refused before its cut.
 */
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

/**
 * Returns the steps of a run of forty projects, as history shows them. `further` has the lines of single
 * projects.
 */
function stepsOf(further: Record<number, JournalEntry[]>): string {
  const entries = Array.from({ length: 40 }, (_, i) => [
    on(1, 'activated', { activated: ['cert_new'], before: was, after: both }, `proj_${i}`),
    ...(further[i] ?? [on(2, 'verified', { ...look, moment: 'overlap' }, `proj_${i}`)]),
  ]);
  return renderHistory({ rotations: [rotationOf(entries.flat())], leftOut: 0 });
}

const seen = (scope: number, detail: object, minute = 2) =>
  on(minute, 'verified', { ...look, moment: 'overlap', ...detail }, `proj_${scope}`);
const silent = { error: 'ProbeInconclusive', cause: 'no answer' };

it.each([
  ['outside before it began', { outside: ['forgotten'] }, /without, since outside before: forgotten/],
  ['that is excused', { excused: [{ client: 'mail', error: 'ProbeRefused' }] }, /without, as allowed: mail/],
  ['whose witness says nothing', { unwitnessed: ['partner'] }, /witnesses that say nothing: partner/],
])(
  'I17, I18: history of many steps names the client that a scope was proven without, as one %s',
  (_, detail, words) => {
    expect(stepsOf({ 20: [seen(20, detail)] })).toMatch(words);
  },
);

it('I18: an undo, and then a look that failed for good, come before whom a scope was proven without', () => {
  const without = Array.from({ length: 18 }, (_, i) => [i + 8, [seen(i + 8, { outside: ['shop'] })]]);
  const refused = seen(30, { error: 'ProbeRefused', cause: 'search: 401' });
  const undone = on(3, 'undone', { takenBack: ['cert_new'], before: both, after: was }, 'proj_31');
  const text = stepsOf({ ...Object.fromEntries(without), 30: [refused], 31: [refused, undone] });
  expect(text).toMatch(/proj_30 +not verified/);
  expect(text).toMatch(/proj_31 +undone/);
  expect(text.match(/since outside before/g)).toHaveLength(14);
});

it('I18: a failure that a second attempt has made good is none that somebody has to look at', () => {
  const again = Array.from({ length: 30 }, (_, i) => [i + 5, [seen(i + 5, silent), seen(i + 5, {}, 3)]]);
  const text = stepsOf(Object.fromEntries(again));
  expect(text.match(/not verified/g) ?? []).toHaveLength(2);
});

it.each([
  ['the same shard', [{ ...silent, shard: { at: 1, of: 2 } }, { shard: { at: 1, of: 2 } }], false],
  ['all shards', [{ ...silent, shard: { at: 1, of: 2 } }, { shards: 2 }], false],
  ['another shard', [{ ...silent, shard: { at: 1, of: 2 } }, { shard: { at: 0, of: 2 } }], true],
  ['the scope before it failed', [{}, silent], true],
])('I18: whether a failure is told after a pass of %s', (_, looks, isTold) => {
  const text = stepsOf({ 20: looks.map((detail, i) => seen(20, detail, 2 + i)) });
  expect(/proj_20 +not verified/.test(text)).toBe(isTold);
  expect(text.includes('proj_20: ProbeInconclusive: no answer')).toBe(isTold);
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
