import { expect, it } from 'vitest';
import { isIn, onAcme } from '../../saying.ts';
import { DAY, NOW, type SceneClient, scene } from '../../scene.ts';
import { confirmedLate, upToTheCut } from './late-cut.ts';

// A client that keeps its leaf. The other anchor that its leaf leads to refuses it.
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0', by: 'cert_bolt0' } },
};

it.each([
  ['outlasts the soak', undefined],
  ['ends within the soak', NOW + 3 * DAY],
])('I1, I10: whom the cut locks out is seen beside an old leaf that %s', async (_, until) => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
    ],
    [
      {
        ...onAcme('billing', 'proj_a'),
        running: { anchor: 'cert_acme0', ...(until && { until }) },
      },
      keeping,
    ],
  );
  const seen = await confirmedLate(set, await upToTheCut(set));
  expect([seen, await isIn(set, 'search')]).toEqual(['SuccessorRefused', 'refused']);
  expect(await set.journal.cuts()).toHaveLength(1);
});
