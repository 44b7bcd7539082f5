import { expect, it } from 'vitest';
import { confirm } from '../../../lambdas/confirm.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { undo } from '../../../lambdas/undo.ts';
import { namedIn, shardOf } from '../in-shards.ts';
import { haltOf, type JustCut, refusing, relying } from '../witness-after-the-cut.ts';

const there = shardOf('search');
const here = 1 - there;
const witness = namedIn(here, 'burglar', 'spy');

/** The undo of a scope in which search's shard has seen it refused, and the witness's has ended all of them by then. */
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

it('I10, F16, I18: shards that are looked at once more, as the others have seen the cut, halt for the client, and the halt has the witness of another', async () => {
  const { set, ports, input } = await refusing(witness);
  const confirmations = [0, 1, 2].map((at) => ({
    ...{ scope: 'proj_a', confirmedAt: instant(set.time.now), probes: 2 },
    ...{ evidence: 'listing' as const, refused: at === 2 ? ['others'] : [] },
  }));
  expect(await haltOf(confirm(ports, { ...input, confirmations }))).toEqual({
    Error: 'SuccessorRefused',
    Cause: expect.stringMatching(new RegExp(`client search .* witness ${witness} .* gets in`)),
  });
});
