import { describe, expect, it } from 'vitest';
import { detailOf } from '../../rehearsal/execution/step-details.ts';

const scope = 'organization';
const confirmedAt = '2026-11-02T00:00:00.000Z';
const first = ['billing', 'mail', 'search', 'reports', 'web', 'and 23 more'];

describe('what a step did to the shards of a scope', () => {
  it('counts the clients that a shard does not name', () => {
    expect(detailOf({ scope, promoted: first, alreadyCurrent: [] })).toBe('28 clients moved over');
    const confirmation = { scope, confirmedAt, evidence: 'probe' as const, probes: 84, refused: first };
    expect(detailOf(confirmation)).toBe('proven by 84 probes, 28 old leaves refused');
  });

  it('says of all of them that they are over, or why not', () => {
    const moved = { scope, promoted: [], alreadyCurrent: [] };
    expect(detailOf({ ...moved, anyHalted: false })).toBe('every shard moved over');
    const halt = { Error: 'LeafChanged', Cause: 'it was changed' };
    expect(detailOf({ ...moved, anyHalted: true, halt })).toBe(
      'halted by the gravest of its shards: LeafChanged',
    );
  });
});
