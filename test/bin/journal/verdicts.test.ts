import { describe, expect, it } from 'vitest';
import { renderHistory } from '../../../bin/journal/history-report.ts';
import { told } from '../../../bin/journal/journal-detail.ts';
import { rotationOf } from '../../../bin/journal/rotations.ts';
import { verdictsIn } from '../../../bin/journal/verdicts.ts';
import { line } from './recorded-journal.ts';

const on = line('slow', 6);
const refused = { evidence: 'probe', moment: 'overlap', error: 'SuccessorRefused', cause: 'it was refused' };
const pass = { evidence: 'probe', moment: 'overlap', probes: 2 };
const entries = [
  on(1, 'verified', refused, 'proj_a'),
  on(1, 'verified', refused, 'proj_b'),
  on(2, 'verified', refused, 'proj_a'),
  on(3, 'verified', { ...refused, moment: 'beforeCut' }, 'proj_a'),
  on(4, 'verified', pass, 'proj_a'),
  on(5, 'verified', pass, 'proj_a'),
];

describe('verdicts', () => {
  it('tell a failure that was tried again once for each scope and moment, and every pass', () => {
    expect(verdictsIn(entries.map(told))).toMatchObject([
      { scope: 'proj_a', moment: 'overlap', error: 'SuccessorRefused', times: 2, line: 0 },
      { scope: 'proj_b', moment: 'overlap', times: 1 },
      { scope: 'proj_a', moment: 'beforeCut', times: 1 },
      { scope: 'proj_a', error: null, probes: 2, times: 1, line: 4 },
      { scope: 'proj_a', error: null, probes: 2, times: 1, line: 5 },
    ]);
  });

  it('tell what the shards of one scope have passed in one line', () => {
    const shard = (at: number, more: object) => ({ evidence: 'probe', shard: { at, of: 2 }, ...more });
    const shards = [
      on(1, 'confirmed', shard(0, { probes: 3, refused: ['billing'] }), 'organization'),
      on(2, 'confirmed', shard(1, { probes: 6, refused: ['mail', 'search'] }), 'organization'),
      // The first answer was lost, so this shard was asked again.
      on(2, 'confirmed', shard(1, { probes: 6, refused: ['mail', 'search'] }), 'organization'),
      on(2, 'confirmed', { evidence: 'probe', probes: 3, refused: ['web'] }, 'proj_a'),
      on(3, 'confirmed', { evidence: 'probe', probes: 9, refused: [], shards: 2 }, 'organization'),
    ];
    expect(verdictsIn(shards.map(told))).toMatchObject([
      { scope: 'organization', probes: 15, refused: ['billing', 'mail', 'search'], times: 1, line: 0 },
      { scope: 'proj_a', probes: 3, refused: ['web'], line: 3 },
    ]);
  });

  it('give no reason for a look that passed in the end', () => {
    const text = renderHistory({ rotations: [rotationOf(entries)], leftOut: 0 });
    expect(text).toMatch(/proj_a +not verified in the overlap \(2 times\)/);
    expect(text.match(/proj_a: SuccessorRefused: it was refused/g)).toHaveLength(1);
    expect(text).toContain('  proj_b: SuccessorRefused: it was refused\n');
  });
});
