import { expect, it } from 'vitest';
import { namedIn, shardOf } from '../../in-shards.ts';
import { isIn } from '../../saying.ts';
import { type SceneClient, scene } from '../../scene.ts';
import { confirmedAtLast, cutLate, upToTheCut } from './late-cut.ts';

const [here, there] = [shardOf('search'), 1 - shardOf('search')];
const NAMES = ['billing', 'ledger', 'stock', 'mail'];

const on = (line: string, name: string): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: `cert_${line}0` } },
  staged: { anchor: `cert_${line}1` },
});
// It keeps a leaf which its other anchor refuses.
const keeping: SceneClient = {
  ...{ name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0', by: 'cert_bolt0' } },
};
const beside = on('acme', namedIn(here, ...NAMES));
const other = on('keel', namedIn(there, ...NAMES));

it.each([
  ['lasts', 15],
  ['has expired', -1],
])(
  'I1, I10, I18: hosts hear of a cut after minutes, and beside the client that it locks out is the old leaf of an anchor that %s',
  async (_, expires) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
        { id: 'cert_keel1', expires: 300 },
        { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
      ],
      [beside, other, keeping],
    );
    const before = await upToTheCut(set);
    const input = await cutLate(set, before, 150);
    const began = set.time.now;
    const confirmations: Awaited<ReturnType<typeof confirmedAtLast>>[] = [];
    // They are looked at together: the one that nothing shows the cut to ends first.
    for (const at of [here, there]) {
      set.time.now = began;
      confirmations[at] = await confirmedAtLast(set, before, { ...input, shard: { at, of: 2 } });
    }
    const sum = await confirmedAtLast(set, before, { ...input, confirmations });
    expect(sum).toMatchObject({ halt: { Error: 'SuccessorRefused' } });
    expect([await isIn(set, 'search'), await set.journal.cuts()]).toMatchObject(['refused', [{}, {}]]);
  },
);
