import { expect, it } from 'vitest';
import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { DAY, scene } from '../../scene.ts';

/**
 * The first run activates the renewal and cuts in proj_a, while the organization waits for a later run. Both
 * filters refuse search. With `late`, search is configured only after that first run.
 */
async function inTurn({ late }: { late: boolean }) {
  const search = onOld('search');
  const clients = [onOld('billing'), onOld('ledger', 'proj_b'), search];
  const anchors = renewal(WITHOUT_SEARCH, WITHOUT_SEARCH, { scopes: ['proj_a', ORGANIZATION] });
  const set = await scene(anchors, clients, { choice: 'last' });
  if (late) clients.pop();
  const one = await overlapOf(set, 'one', await set.plan('one'), { scope: 'proj_a' });
  set.running.delete('one');
  if (late) clients.push(search);
  set.time.now += 8 * DAY;
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
  const wasIn = await isIn(set, 'search');
  const two = await overlapOf(set, 'two', await set.plan('two'), { scope: ORGANIZATION });
  return { wasIn, one: one.error, two: [two.error, two.beforehand], active: set.activeIn(ORGANIZATION) };
}

it.each([
  ['control: who was outside before the first wave', false],
  ['I17: who was configured after the first wave, and has never been in,', true],
])('%s does not halt the organization', async (_, late) => {
  const active = ['cert_acme0', 'cert_acme1'];
  const expected = { wasIn: 'refused', one: null, two: [null, ['search']], active };
  expect(await inTurn({ late })).toEqual(expected);
});
