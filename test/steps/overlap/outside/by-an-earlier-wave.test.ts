import { expect, it } from 'vitest';
import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { hearingLate, onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { scene } from '../../scene.ts';

const WAVES = ['proj_a', ORGANIZATION];

/**
 * Activates the renewal in search's project, and after `gap` seconds in the organization. Hosts hear of each
 * activation too late for the look there.
 */
async function inTurn({
  before,
  looksFirst,
  gap = 600,
}: {
  before?: string;
  looksFirst: boolean;
  gap?: number;
}) {
  const set = await scene(
    renewal(WITHOUT_SEARCH, before, { scopes: WAVES }),
    [onOld('billing'), onOld('search'), onOld('ledger', 'proj_b')],
    { choice: 'last' },
  );
  const wasIn = await isIn(set, 'search');
  const plan = await set.plan('one');
  const ends = [];
  for (const scope of WAVES) {
    const activating = () => hearingLate(set, 150);
    const { error, outside } = await overlapOf(set, 'one', plan, { scope, looksFirst, activating });
    ends.push(error ?? `proven without ${outside?.join()}`);
    set.time.now += gap;
  }
  return { wasIn, ends };
}

it.each([
  ['control: nobody looks beforehand', false],
  ['whoever an earlier wave of the run has turned away was not outside before it', true],
])('F7, I9: %s', async (_, looksFirst) => {
  const seen = await inTurn({ looksFirst });
  expect(seen).toEqual({ wasIn: 'accepted', ends: ['proven without ', 'SuccessorRefused'] });
});

it('F7, I9: so it is where the wave before was hours ago', async () => {
  const { ends } = await inTurn({ looksFirst: true, gap: 4 * 3_600 });
  expect(ends).toEqual(['proven without ', 'SuccessorRefused']);
});

it('I17: who was outside before the first wave is so in the last as well', async () => {
  const seen = await inTurn({ before: WITHOUT_SEARCH, looksFirst: true });
  const ends = ['proven without search', 'proven without search'];
  expect(seen).toEqual({ wasIn: 'refused', ends });
});

it('F7, I9: nor is anybody outside whom another run has turned away minutes ago', async () => {
  const anchors = renewal(WITHOUT_SEARCH, undefined, { scopes: WAVES });
  const clients = [onOld('billing'), onOld('search'), onOld('ledger', 'proj_b')];
  const set = await scene(anchors, clients, { choice: 'last' });
  const activating = () => hearingLate(set, 150);
  const one = await overlapOf(set, 'one', await set.plan('one'), { scope: 'proj_a', activating });
  set.running.delete('one');
  set.time.now += 600;
  const plan = await set.plan('two', { mode: 'manual' });
  const two = await overlapOf(set, 'two', plan, { scope: ORGANIZATION });
  expect([one.error, two.beforehand, two.error]).toEqual([null, [], 'SuccessorRefused']);
});
