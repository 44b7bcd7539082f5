import { expect, it } from 'vitest';
import { hearingLate, onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { scene } from '../../scene.ts';

/**
 * search is kept out by the old anchor's own filter, all along. The renewal's filter is wrong for billing at first, so that run one halts and takes it back, of which hosts
 * hear so many seconds late. A person gives the renewal the filter of what it replaces, and starts a run by hand some minutes later.
 */
async function again(minutes: number, late = 0) {
  const nobody = 'subject.common_name == "nobody"';
  const clients = [onOld('billing'), onOld('search')];
  const set = await scene(renewal(nobody, WITHOUT_SEARCH), clients, { choice: 'last' });
  const wasIn = await isIn(set, 'search');
  const undoing = () => hearingLate(set, late);
  const one = await overlapOf(set, 'one', await set.plan('one'), { undoing });
  set.running.delete('one');
  if (late === 0) set.world.organization.setFilter('cert_acme1', WITHOUT_SEARCH);
  set.time.now += minutes * 60;
  const request = { mode: 'manual', reason: 'repaired' } as const;
  const two = await overlapOf(set, 'two', await set.plan('two', request));
  const ends = [one, two].map(({ error, beforehand }) => [error, beforehand]);
  return { wasIn, ends, active: set.activeIn('proj_a') };
}

const well = {
  wasIn: 'refused',
  ends: [
    ['SuccessorRefused', ['search']],
    [null, ['search']],
  ],
  active: ['cert_acme0', 'cert_acme1'],
};

it.each([20, 5])(
  'I17: %i minutes after a take-back who was outside before it is so still, and takes nothing back',
  async (minutes) => {
    expect(await again(minutes)).toEqual(well);
  },
);

it('I9: whom that activation has turned away is not outside beside them, while a host has yet to hear of the take-back', async () => {
  const { ends } = await again(0, 150);
  const halted = ['SuccessorRefused', ['search']];
  expect(ends).toEqual([halted, halted]);
});
