import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { undo } from '../../../lambdas/undo.ts';
import { namedIn, shardOf } from '../in-shards.ts';
import { HOST, type SceneAnchor, type SceneClient, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const on = (name: string, running: SceneLeaf): SceneClient => ({ name, project: 'proj_a', running });
const there = shardOf('search');
const here = 1 - there;
const witness = namedIn(here, 'burglar', 'spy');

/** Proj_a right after its cut in favour of a renewal, which lets the witness in. Hosts went by the old anchor until then. */
async function justCut(
  renewal: Partial<SceneAnchor>,
  search: SceneLeaf,
  beside: SceneAnchor[] = [],
  moving: SceneClient[] = [],
) {
  const anchors = [
    {
      ...{ id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      filter: `subject.common_name != "${witness}"`,
    },
    { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...renewal },
    ...beside,
  ];
  const clients = [on('search', search), on('billing', { anchor: 'cert_acme0' }), ...moving];
  const witnesses = [on(witness, { anchor: 'cert_acme0' })];
  const set = await scene(anchors, clients, { choice: 'first', witnesses });
  const ports = { ...set.ports, hosts: [HOST], pause: async () => {} };
  const input = scopeInput('one', await set.plan('one'));
  await activate(ports, input);
  for (const { name } of moving) {
    const { versionId = '' } = (await set.secrets.read(name, 'AWSPENDING')) ?? {};
    await set.secrets.promote(name, versionId);
  }
  return { set, ports, input: { ...input, deactivation: await deactivate(ports, input) } };
}

/** The renewal turns search away. */
const refusing = () => justCut({ filter: 'subject.common_name != "search"' }, { anchor: 'cert_acme0' });

/** Another anchor is cut as well, and what search relies on beside that one turns it away. */
const relying = () =>
  justCut(
    {},
    { anchor: 'cert_keel0', by: 'cert_bolt0' },
    [
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
    ],
    [{ ...on('ledger', { anchor: 'cert_keel0' }), staged: { anchor: 'cert_keel1' } }],
  );

/** How a look ends. */
const haltOf = (look: Promise<unknown>): Promise<{ Error: string; Cause: string }> =>
  look.then(
    () => expect.unreachable(),
    ({ name, message }) => ({ Error: name, Cause: message }),
  );

/** The undo of a scope in which search's shard has seen it refused, and the witness's has ended all of them by then. */
async function undone({ ports, input }: Awaited<ReturnType<typeof justCut>>) {
  const shard = (at: number) => haltOf(confirm(ports, { ...input, shard: { at, of: 2 } }));
  expect((await shard(there)).Error).toBe('SuccessorRefused');
  const halt = await shard(here);
  expect(halt.Error).toBe('TrustWidened');
  return undo(ports, { ...input, halt });
}

it.each([
  ['the successor', refusing],
  ['what it relies on', relying],
])(
  'I10, F16, I18: the halt for a witness names a client as well that another shard has seen refused by %s',
  async (_, cut) => {
    const at = await cut();
    const { also, reactivated } = await undone(at);
    expect(also).toContain('; clients were turned away there as well: search by cert_');
    expect(reactivated.toSorted()).toEqual(at.input.deactivation.deactivated.toSorted());
  },
);

it('I10, I18: a cut that such a halt has put back is not made again for the leaf that it shut out', async () => {
  const at = await relying();
  await undone(at);
  const begun = await at.set.journal.begun();
  expect(begun.flatMap(({ refused = [] }) => refused)).toMatchObject([
    { client: 'search', by: ['cert_bolt0'] },
  ]);
});

it('I10, F16, I18: shards that are looked at once more, as the others have seen the cut, halt for the client, and the halt has the witness of another', async () => {
  const { set, ports, input } = await refusing();
  const confirmations = [0, 1, 2].map((at) => ({
    ...{ scope: 'proj_a', confirmedAt: instant(set.time.now), probes: 2 },
    ...{ evidence: 'listing' as const, refused: at === 2 ? ['others'] : [] },
  }));
  expect(await haltOf(confirm(ports, { ...input, confirmations }))).toEqual({
    Error: 'SuccessorRefused',
    Cause: expect.stringMatching(new RegExp(`client search .* witness ${witness} .* gets in`)),
  });
});
