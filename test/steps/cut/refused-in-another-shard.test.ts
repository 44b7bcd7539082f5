import { expect, it } from 'vitest';
import { confirm } from '../../../lambdas/confirm.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { undo } from '../../../lambdas/undo.ts';
import { namedIn, shardOf } from '../in-shards.ts';
import { failing, HOST } from '../scene.ts';
import { haltOf, type JustCut, KEPT, refusing, relying } from '../witness-after-the-cut.ts';

const there = shardOf('search');
const here = 1 - there;
const witness = namedIn(here, 'burglar', 'spy');

/**
 * Runs the undo of a scope. Search's shard has seen search refused, and then the witness's shard has ended
 * all shards.
 */
async function undone({ ports, input }: JustCut) {
  const shard = (at: number) => haltOf(confirm(ports, { ...input, shard: { at, of: 2 } }));
  expect((await shard(there)).Error).toBe('SuccessorRefused');
  const halt = await shard(here);
  expect(halt.Error).toBe('TrustWidened');
  return undo(ports, { ...input, halt });
}

it.each([
  ['the successor', refusing, 'cert_acme1'],
  ['what it relies on', relying, 'cert_bolt0'],
])(
  'I10, F16, I18, I13: the halt for a witness names a client as well that another shard has seen refused by %s, and by what',
  async (_, cut, refuser) => {
    const at = await cut(witness);
    const { also, reactivated } = await undone(at);
    expect(also).toContain(`; clients were turned away there as well: search by ${refuser};`);
    expect(reactivated.toSorted()).toEqual(at.input.deactivation.deactivated.toSorted());
  },
);

it('I10, I18: a cut that such a halt has put back is not made again for the leaf that it shut out', async () => {
  const at = await relying(witness);
  await undone(at);
  const begun = await at.set.journal.begun();
  expect(begun.flatMap(({ refused = [] }) => refused)).toMatchObject([
    { client: 'search', by: ['cert_bolt0'] },
  ]);
});

/** The confirmations of three shards. Only the last shard has seen that the cut has reached the hosts. */
const confirmations = (at: string) =>
  [0, 1, 2].map((one) => ({
    ...{ scope: 'proj_a', confirmedAt: at, probes: 2 },
    ...{ evidence: 'listing' as const, refused: one === 2 ? ['others'] : [] },
  }));

it('I10, F16, I18: shards that are looked at once more, as the others have seen the cut, halt for the client, and the halt has the witness of another', async () => {
  const { set, ports, input } = await refusing(witness);
  const told = confirmations(instant(set.time.now));
  expect(await haltOf(confirm(ports, { ...input, confirmations: told }))).toEqual({
    Error: 'SuccessorRefused',
    Cause: expect.stringMatching(new RegExp(`client search .* witness ${witness} .* gets in`)),
  });
});

it('I18: they are looked at once there, also where a witness gets in: one function has the time for it', async () => {
  const { set, input } = await relying(witness);
  const leaf = await set.chainDigest('search', KEPT);
  let looks = 0;
  const counting = failing(({ op, about }) => {
    if (op === 'probe' && about?.includes(leaf)) looks++;
    return false;
  });
  const ports = { ...set.portsWith({ wire: counting }), hosts: [HOST], pause: async () => {} };
  const told = confirmations(instant(set.time.now));
  const halt = await haltOf(confirm(ports, { ...input, confirmations: told }));
  expect([halt.Error, looks]).toEqual(['SuccessorRefused', 1]);
});
