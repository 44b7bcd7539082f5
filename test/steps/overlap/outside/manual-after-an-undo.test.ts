import { expect, it } from 'vitest';
import { hearingLate, onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { scene } from '../../scene.ts';

/**
 * The old anchor's filter keeps search out all the time. The renewal's filter also refuses billing at first,
 * so the first run halts and takes the renewal back. Hosts hear of that `late` seconds afterwards. With
 * `late` 0, a person gives the renewal the old anchor's filter. A run by hand follows after some minutes.
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
