import { expect, it } from 'vitest';
import { ORGANIZATION, type Scope } from '../../../../lambdas/domain/anchor.ts';
import { hearingLate, onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { scene } from '../../scene.ts';

/**
 * A renewal is taken back in a project, and hosts hear of that `late` seconds afterwards. A person starts
 * another run right after.
 */
async function twice(late: number, second: Scope) {
  const anchors = renewal(WITHOUT_SEARCH, undefined, { scopes: ['proj_a', ORGANIZATION] });
  const set = await scene(anchors, [onOld('billing'), onOld('search')], { choice: 'last' });
  const undoing = () => hearingLate(set, late);
  const one = await overlapOf(set, 'one', await set.plan('one'), { undoing });
  expect(one).toMatchObject({ error: 'SuccessorRefused', beforehand: [] });
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0']);
  set.running.delete('one');
  const two = await overlapOf(set, 'two', await set.plan('two', { mode: 'manual' }), { scope: second });
  set.time.now += 900;
  return { error: two.error, search: await isIn(set, 'search') };
}

it.each([
  [0, 'proj_a'],
  [60, 'proj_a'],
  [150, 'proj_a'],
  [150, ORGANIZATION],
])(
  'F7, I9: a take-back that reaches the host %i s late shows nobody outside by a look in %s',
  async (late, scope) => {
    expect(await twice(late, scope)).toEqual({ error: 'SuccessorRefused', search: 'accepted' });
  },
);
