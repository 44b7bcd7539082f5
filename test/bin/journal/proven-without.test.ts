import { expect, it } from 'vitest';
import { renderHistory } from '../../../bin/journal/history-report.ts';
import { told } from '../../../bin/journal/journal-detail.ts';
import { rotationOf } from '../../../bin/journal/rotations.ts';
import { verdictsIn } from '../../../bin/journal/verdicts.ts';
import { line } from './recorded-journal.ts';

const on = line('drill', 60);
const pass = { evidence: 'probe', probes: 2, moment: 'overlap' };

/** Returns how `windlass history` shows a look, in one line. */
const shown = (detail: object): string =>
  renderHistory({ rotations: [rotationOf([on(1, 'verified', detail, 'proj_a')])], leftOut: 0 }).replaceAll(
    /\s+/g,
    ' ',
  );

it.each([
  ['outside before it began', { outside: ['billing'] }, 'without, since outside before: billing'],
  [
    'that an emergency excuses',
    { excused: [{ client: 'billing', error: 'SuccessorRefused', cause: 'it was refused' }] },
    'without, as allowed: billing (SuccessorRefused)',
  ],
  ['whose witness says nothing', { unwitnessed: ['partner'] }, 'witnesses that say nothing: partner'],
])('I9, I17: history names beside a proof the client %s', (_, seen, words) => {
  expect(shown({ ...pass, ...seen })).toContain(`verified in the overlap by 2 probes ${words}`);
});

it('and names nobody beside one that leaves nobody out', () => {
  expect(shown(pass)).not.toMatch(/without|witness/);
});

it('I18: those of all shards stand in the one line of their scope', () => {
  const shard = (at: number, outside: string[]) => ({ ...pass, shard: { at, of: 2 }, outside });
  const lines = [
    on(1, 'verified', shard(0, ['billing', 'mail']), 'proj_a'),
    on(2, 'verified', shard(1, ['search']), 'proj_a'),
    on(3, 'verified', shard(1, ['search']), 'proj_a'),
  ];
  expect(verdictsIn(lines.map(told))).toMatchObject([{ outside: ['billing', 'mail', 'search'] }]);
});
