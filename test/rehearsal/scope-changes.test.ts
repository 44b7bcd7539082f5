import { describe, expect, it } from 'vitest';
import { changedScopes, changesDuring } from '../../rehearsal/scope-changes.ts';
import type { TrustChange } from '../../simulation/world/trust.ts';

const change = (anchorId: string, active: boolean, over: Partial<TrustChange> = {}): TrustChange => ({
  at: 0,
  scope: 'proj_a',
  anchorId,
  active,
  by: 'windlass',
  ...over,
});
const planned = [
  { scope: 'proj_a', successions: [{ retiring: 'old', successor: 'new' }], checks: [] },
  { scope: 'proj_b', successions: [{ retiring: 'new', successor: 'newer' }], checks: [] },
];

describe('what changed during an execution', () => {
  const log = ['a', 'b', 'c', 'd'].map((id) => change(id, true));
  const during = (...args: Parameters<typeof changesDuring>) =>
    changesDuring(...args).map(({ anchorId }) => anchorId);

  it('is what Windlass changed in its time, but for what an execution within it did', () => {
    const [outer, inner] = [
      { from: 0, until: 4 },
      { from: 1, until: 3 },
    ];
    expect(during(outer, [outer, inner], log)).toEqual(['a', 'd']);
    expect(during(inner, [outer, inner], log)).toEqual(['b', 'c']);
    expect(during({ from: 3, until: 4 }, [inner], log)).toEqual(['d']);
  });

  it('is nobody else’s doing', () => {
    expect(during({ from: 0, until: 9 }, [], [change('x', true, { by: 'outsider' })])).toEqual([]);
  });
});

describe('what changes come to in a scope', () => {
  it('is where each anchor ended, a retiring one that is active again having been put back', () => {
    const log = [change('new', true), change('old', false), change('old', true)];
    expect(Object.fromEntries(changedScopes(log, planned))).toEqual({
      proj_a: { activated: ['new'], deactivated: [], undone: ['old'] },
    });
  });

  it('is told by the plan of that scope, and of one that no plan names all the same', () => {
    const log = [change('new', true), change('stray', false, { scope: 'proj_z' })];
    expect(Object.fromEntries(changedScopes(log, planned))).toEqual({
      proj_a: { activated: ['new'], deactivated: [], undone: [] },
      proj_z: { activated: [], deactivated: ['stray'], undone: [] },
    });
  });
});
