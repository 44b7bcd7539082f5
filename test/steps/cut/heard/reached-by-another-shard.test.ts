import { expect, it } from 'vitest';
import { confirm } from '../../../../lambdas/confirm.ts';
import { namedIn, shardOf } from '../../in-shards.ts';
import { isIn } from '../../saying.ts';
import { HOST, type SceneClient, scene } from '../../scene.ts';
import { confirmedAtLast, cutLate, upToTheCut } from './late-cut.ts';

const [here, there] = [shardOf('search'), 1 - shardOf('search')];
const NAMES = ['billing', 'ledger', 'stock', 'mail'];

const on = (line: string, name: string): SceneClient => ({
  ...{ name, project: 'proj_a', running: { anchor: `cert_${line}0` } },
  staged: { anchor: `cert_${line}1` },
});
// A client that keeps its leaf. The other anchor that its leaf leads to refuses it.
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
    // Both shards begin at the same time. The shard that has no leaf to show the cut ends first.
    for (const at of [here, there]) {
      set.time.now = began;
      confirmations[at] = await confirmedAtLast(set, before, { ...input, shard: { at, of: 2 } });
    }
    const sum = await confirmedAtLast(set, before, { ...input, confirmations });
    expect(sum).toMatchObject({ halt: { Error: 'SuccessorRefused' } });
    expect([await isIn(set, 'search'), await set.journal.cuts()]).toMatchObject(['refused', [{}, {}]]);
  },
);

/**
 * Two lines rotate together, with their clients in different shards. Billing's successor is a renewal whose
 * filter refuses every client that hosts check against it.
 */
const turningAway = (expires: number, { own, all }: { own?: string; all: string } = { all: HOST }) =>
  scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      {
        id: 'cert_acme1',
        expires: 300,
        renewedFrom: 'cert_acme0',
        filter: 'subject.common_name == "nobody"',
      },
      { id: 'cert_globex0', expires, in: ['proj_a'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        ...(own && { hosts: [own] }),
      },
      {
        ...on('globex', namedIn(1 - shardOf('billing'), 'search', ...NAMES.slice(1))),
        ...(own && { hosts: [HOST] }),
      },
    ],
    { choice: 'first', hosts: [all] },
  );

it('I8, I10, I18: what one host shows of a cut to a shard says nothing of another host, at which a client of another shard is looked at', async () => {
  const eu = 'https://mtls-eu.api.openai.com/v1';
  const [mine, others] = [shardOf('billing'), 1 - shardOf('billing')];
  const set = await turningAway(15, { own: eu, all: eu });
  const before = await upToTheCut(set);
  const ports = { ...before.ports, hosts: [HOST, eu] };
  const input = await cutLate(set, { ...before, ports }, 240);
  set.world.organization.delayBy((place) => (place === eu ? 240 : 0));
  const began = set.time.now;
  const confirmations: Awaited<ReturnType<typeof confirm>>[] = [];
  for (const at of [mine, others]) {
    set.time.now = began;
    confirmations[at] = await confirm(ports, { ...input, shard: { at, of: 2 } });
  }
  expect(await confirm(ports, { ...input, confirmations })).toMatchObject({ settleSeconds: 300 });
  expect(await set.journal.cuts()).not.toEqual([]);
});

it('I8, I10, I18: nor does an old leaf in one shard that is refused for another reason, as its anchor has expired', async () => {
  const [mine, others] = [shardOf('billing'), 1 - shardOf('billing')];
  const set = await turningAway(-1);
  const before = await upToTheCut(set);
  const input = await cutLate(set, before, 240);
  const began = set.time.now;
  const confirmations: Awaited<ReturnType<typeof confirm>>[] = [];
  for (const at of [mine, others]) {
    set.time.now = began;
    confirmations[at] = await confirm(before.ports, { ...input, shard: { at, of: 2 } });
  }
  set.time.now = began + 120;
  expect(await confirm(before.ports, { ...input, confirmations })).toMatchObject({ settleSeconds: 300 });
  expect(await set.journal.cuts()).not.toEqual([]);
});
