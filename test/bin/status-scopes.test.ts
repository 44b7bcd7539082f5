import { expect, it } from 'vitest';
import { rotationOf } from '../../bin/journal/rotations.ts';
import { scopesOf } from '../../bin/status/scopes.ts';
import { line } from './journal/recorded-journal.ts';

it('status: a scope that had nothing to cut by its own listing is over, and is not told of as running for ever', () => {
  const on = line('one', 6);
  const request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
  const rotation = rotationOf([
    on(1, 'planned', { request, scopes: [['everywhere', ['proj_b']]] }),
    on(
      2,
      'activated',
      { activated: [], alreadyActive: [], remains: 'nothing', before: [], after: [] },
      'proj_b',
    ),
  ]);
  expect(scopesOf(rotation)).toMatchObject([{ scope: 'proj_b', state: 'done' }]);
});
