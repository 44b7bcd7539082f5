import { describe, expect, it } from 'vitest';
import { changedScopes, changesBy } from '../../rehearsal/scope-changes.ts';
import type { TrustEvent } from '../../simulation/judges/watch.ts';

const change = (id: string, active: boolean, over: Partial<TrustEvent> = {}): TrustEvent => ({
  ...{ at: 0, what: 'trust', scope: 'proj_a', anchorIds: [id], active },
  by: { execution: 'outer', invocation: 1 },
  ...over,
});
const planned = [
  { scope: 'proj_a', successions: [{ retiring: 'old', successor: 'new' }], checks: [] },
  { scope: 'proj_b', successions: [{ retiring: 'new', successor: 'newer' }], checks: [] },
];

describe('what changed during an execution', () => {
  const inner: Partial<TrustEvent> = { by: { execution: 'inner', invocation: 2 } };
  const log = [change('a', true), change('b', true, inner), change('c', true, inner), change('d', true)];
  const during = (...args: Parameters<typeof changesBy>) =>
    changesBy(...args).flatMap(({ anchorIds }) => anchorIds);

  it('is what Windlass changed in its time, but for what an execution within it did', () => {
    expect(during('outer', log)).toEqual(['a', 'd']);
    expect(during('inner', log)).toEqual(['b', 'c']);
    expect(during('outer', log.slice(3))).toEqual(['d']);
  });

  it('is nobody else’s doing', () => {
    expect(during('outer', [change('x', true, { by: 'outsider' })])).toEqual([]);
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
