import { expect, it } from 'vitest';
import { isIn, onAcme } from '../../saying.ts';
import { type SceneClient, scene } from '../../scene.ts';
import { confirmedLate, upToTheCut } from './late-cut.ts';

// A client that keeps its leaf. The other anchor that its leaf leads to refuses it.
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0', by: 'cert_bolt0' } },
};

it.each([
  ['by this run', false],
  ['by one that died before it confirmed that', true],
])(
  'I1, I10: whom the cut locks out is seen beside the old leaf of an anchor that was cut %s',
  async (_, isEarlier) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
        { id: 'cert_keel1', expires: 300 },
        { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
      ],
      [
        onAcme('billing', 'proj_a'),
        { name: 'of-keel', project: 'proj_a', running: { anchor: 'cert_keel1' } },
        keeping,
      ],
    );
    const before = await upToTheCut(set);
    if (isEarlier) await set.certificates.deactivate('proj_a', ['cert_acme0']);
    set.time.now += 60;
    expect([await confirmedLate(set, before), await isIn(set, 'search')]).toEqual([
      'SuccessorRefused',
      'refused',
    ]);
  },
);
