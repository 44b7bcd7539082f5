import { expect, it } from 'vitest';
import { intruder, sendingBoth } from '../both-paths.ts';
import { onAcme } from '../saying.ts';
import { type SceneAnchor, type SceneClient, scene } from '../scene.ts';

const FILTER = 'subject.common_name != "intruder"';
const acme = (scopes: string[]): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: scopes, filter: FILTER },
  // The successor lacks its predecessor's filter.
  { id: 'cert_acme1', expires: 300 },
];

async function planned(anchors: SceneAnchor[], clients: SceneClient[]) {
  const set = await scene(anchors, clients, { witnesses: [intruder], choice: 'first' });
  sendingBoth(set);
  const { blocked, waves } = await set.plan('one');
  const shares = waves.flatMap(({ scopes }) => scopes);
  return {
    waiting: blocked.flatMap(({ witness, anchor, scopes = [] }) => (witness ? `${anchor} ${scopes}` : [])),
    held: shares.flatMap(({ scope, successions }) =>
      successions.flatMap((one) => (one.held ? `${one.retiring} ${scope}` : [])),
    ),
    looked: shares.flatMap(({ scope, witnesses = [] }) => (witnesses.length > 0 ? scope : [])),
  };
}

const onKeel: SceneClient = {
  ...{ name: 'of-keel', project: 'proj_a' },
  ...{ running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } },
};

const BOTH = ['organization', 'proj_a'];

it('F16: a witness that its project’s old anchor keeps out proves no cut of the organization', async () => {
  const search = onAcme('search', 'proj_b');
  expect(await planned(acme(BOTH), [onAcme('billing', 'proj_a'), search])).toEqual({
    ...{ waiting: [], held: [] },
    looked: ['proj_a', 'organization'],
  });
  // No client proves the successor in proj_a, so the old anchor stays there.
  expect(await planned(acme(BOTH), [search])).toEqual({
    waiting: ['cert_acme0 organization'],
    held: ['cert_acme0 proj_a', 'cert_acme0 organization'],
    // The overlap looks at the witness all the same.
    looked: ['proj_a', 'organization'],
  });
});

it('F16: nor does one about which what is held beside that cut decides, in whichever order they are told', async () => {
  const crossed: SceneClient = {
    ...{ name: 'intruder', project: 'proj_a' },
    running: { anchor: 'cert_acme1', intermediate: true, by: 'cert_keel0' },
  };
  const keel: SceneAnchor[] = [
    { id: 'cert_keel0', expires: 20, in: ['proj_a'], filter: FILTER },
    { id: 'cert_keel1', expires: 300 },
  ];
  const clients = [onAcme('billing', 'proj_a'), onKeel];
  // Keel's own cut waits for a witness's leaf that keel's successor could refuse.
  for (const anchors of [
    [...acme(['proj_a']), ...keel],
    [...keel, ...acme(['proj_a'])],
  ]) {
    const set = await scene(anchors, clients, { witnesses: [crossed] });
    const { blocked } = await set.plan('one');
    expect(blocked).toHaveLength(2);
    expect(blocked).toContainEqual(
      expect.objectContaining({
        ...{ anchor: 'cert_acme0', witness: 'intruder' },
        reason: expect.stringContaining('leads to cert_keel0 as well'),
      }),
    );
  }
});
