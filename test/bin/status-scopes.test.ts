import { expect, it } from 'vitest';
import type { Rotation } from '../../bin/journal/rotations.ts';
import { scopesOf } from '../../bin/status/scopes.ts';

it('status: a scope that had nothing to cut by its own listing is over, and is not told of as running for ever', () => {
  const about = { execution: 'one', startedAt: '2026-11-29T04:00:00Z', at: '2026-11-29T04:00:10Z' };
  const detail = { activated: [], alreadyActive: [], remains: 'nothing', before: [], after: [] };
  const rotation = {
    mode: 'emergency',
    planned: { scopes: [['everywhere', ['proj_b']]], blocked: [] },
    entries: [{ ...about, event: 'activated', scope: 'proj_b', detail }],
  } as unknown as Rotation;
  expect(scopesOf(rotation)).toMatchObject([{ scope: 'proj_b', state: 'done' }]);
});
