import { expect, it } from 'vitest';
import { isIn, onAcme } from '../../saying.ts';
import { type SceneClient, scene } from '../../scene.ts';
import { confirmedLate, upToTheCut } from './late-cut.ts';

// Until hosts hear of the cut, they check this leaf against keel's old anchor. Then they check it against the
// renewal, whose filter refuses it.
const search: SceneClient = { name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0' } };

it.each([
  ['lasts', { expires: 15, days: 0 }],
  ['had expired before the plan', { expires: -1, days: 0 }],
  ['has expired since', { expires: 9.5, days: 3 }],
  ['expires while the cut is confirmed', { expires: 9.5, days: 2.4999 }],
])(
  'I1, I10: the old leaf of an anchor that %s shows no other cut beside it too soon',
  async (_, { expires, days }) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
        {
          ...{ id: 'cert_keel1', expires: 300, renewedFrom: 'cert_keel0' },
          filter: 'subject.common_name != "search"',
        },
      ],
      [onAcme('billing', 'proj_a'), search],
      { choice: 'first' },
    );
    const seen = await confirmedLate(set, await upToTheCut(set, { days }));
    expect([seen, await isIn(set, 'search')]).toEqual(['SuccessorRefused', 'refused']);
    expect(await set.journal.cuts()).toHaveLength(2);
  },
);
