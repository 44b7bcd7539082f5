import { expect, it } from 'vitest';
import { type SceneClient, scene } from '../scene.ts';

// A root with years left, which was deactivated when its successor came. Some workload still has a leaf of
// it.
const ANCIENT = { id: 'cert_acme0', expires: 2950 };
const RETIRING = { id: 'cert_acme1', expires: 20, in: ['proj_a'] };
const NEXT = { id: 'cert_acme2', expires: 2900 };

const ready = (name: string): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: RETIRING.id } },
  staged: { anchor: NEXT.id },
});
const forgotten = (name: string, about: Partial<SceneClient> = {}): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: ANCIENT.id }, ...about },
});

it.each<[string, SceneClient[]]>([
  ['that is turned away everywhere', [forgotten('batch')]],
  ['whose leaf has expired', [forgotten('batch', { running: { anchor: ANCIENT.id, flaw: 'expired' } })]],
  ['of a project in which nothing of the line is active', [forgotten('batch', { project: 'proj_b' })]],
  ['of which there are more than of all others', ['b1', 'b2', 'b3', 'b4'].map((name) => forgotten(name))],
])(
  'rule 2, I4: a client %s does not draw an older generation before the one that is staged',
  async (_, clients) => {
    const set = await scene([ANCIENT, RETIRING, NEXT], [ready('billing'), ready('web'), ...clients]);
    const planned = await set.plan('one');
    expect(planned.successions).toMatchObject([{ retiring: RETIRING.id, successor: NEXT.id }]);
    expect(planned.promotions.map(({ client }) => client).toSorted()).toEqual(['billing', 'web']);
  },
);

it('rule 2: clients that get in nowhere turn no rotation back to which others have been moved', async () => {
  const moved = { name: 'moved', project: 'proj_a', running: { anchor: NEXT.id } };
  const clients = [ready('billing'), moved, forgotten('batch'), forgotten('batch2')];
  const set = await scene([ANCIENT, RETIRING, { ...NEXT, in: ['proj_a'] }], clients);
  expect((await set.plan('one')).successions).toMatchObject([{ successor: NEXT.id }]);
});

it.each(['proj_a', 'proj_b'])(
  'I16: no emergency is held for who is ready, since a client of %s holds a leaf of a generation that is active nowhere',
  async (project) => {
    const set = await scene([ANCIENT, RETIRING, NEXT], [ready('billing'), forgotten('batch', { project })]);
    const request = { mode: 'emergency' as const, anchors: [RETIRING.id], reason: 'its key leaked' };
    const { blocked, successions } = await set.plan('one', request);
    expect({ blocked, successions }).toMatchObject({ blocked: [], successions: [{ successor: NEXT.id }] });
  },
);

it('rule 2: a client whose next leaf was made current before its anchor is active draws no successor before the one that others have staged', async () => {
  const later = { id: 'cert_acme3', expires: 2900 };
  const early = { name: 'early', project: 'proj_a', running: { anchor: later.id } };
  const set = await scene([RETIRING, NEXT, later], [ready('billing'), early]);
  expect((await set.plan('one')).successions).toMatchObject([{ successor: NEXT.id }]);
  // Where no other client has a leaf staged, its anchor is chosen: that lets the client in (I17).
  const alone = { name: 'billing', project: 'proj_a', running: { anchor: RETIRING.id } };
  const other = await scene([RETIRING, later, NEXT], [alone, early]);
  expect((await other.plan('one')).successions).toMatchObject([{ successor: later.id }]);
});

it('rule 2: an older generation that clients get in by is one to go back to', async () => {
  const back = { name: 'back', project: 'proj_a', running: { anchor: ANCIENT.id } };
  const set = await scene([{ ...ANCIENT, in: ['proj_a'] }, RETIRING], [back]);
  expect((await set.plan('one')).successions).toMatchObject([{ successor: ANCIENT.id }]);
});
