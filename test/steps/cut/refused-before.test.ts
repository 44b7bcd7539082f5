import { expect, it } from 'vitest';
import { confirm } from '../../../lambdas/confirm.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { undo } from '../../../lambdas/undo.ts';
import { namedIn, shardOf } from '../in-shards.ts';
import { failing, HOST } from '../scene.ts';
import { haltOf, type JustCut, KEPT, refusing, relying } from '../witness-after-the-cut.ts';

/** A witness in the same shard as search. */
const witness = namedIn(shardOf('search'), 'burglar', 'spy', 'thief', 'crook');
const shard = { at: shardOf('search'), of: 2 };

const rememberedIn = async ({ set }: JustCut) =>
  (await set.journal.begun()).flatMap(({ refused = [] }) => refused.map(({ client }) => client));

it.each([{}, { shard }])(
  'I9, I10: a look by which a refused client says nothing and a witness gets in takes no refusal back (%j)',
  async (about) => {
    const at = await relying(witness);
    const { set, ports, input } = at;
    expect((await haltOf(confirm(ports, { ...input, ...about }))).Error).toBe('SuccessorRefused');
    const leaf = await set.chainDigest('search', KEPT);
    const isOfSearch = ({ op, about: what }: { op: string; about?: string | undefined }) =>
      op === 'probe' && what?.includes(leaf) === true;
    const silent = { ...set.portsWith({ wire: failing(isOfSearch) }), hosts: [HOST], pause: async () => {} };
    const halt = await haltOf(confirm(silent, { ...input, ...about }));
    expect(halt.Error).toBe('TrustWidened');
    const { also } = await undo(ports, { ...input, halt });
    expect(await rememberedIn(at)).toEqual(['search']);
    expect(also).toContain('search by cert_bolt0');
  },
);

it('I10: nor does a look at a witness whose answer was lost, so that another look came after it', async () => {
  const at = await relying(witness);
  const { set, ports, input } = at;
  const lost = { error: 'TrustWidened', cause: 'a witness gets in', shard };
  await set.journal.record(entryOf(input, set.time.now, 'confirmed', lost, 'proj_a'));
  set.time.now += 60;
  const halt = await haltOf(confirm(ports, { ...input, shard }));
  expect(halt.Error).toBe('SuccessorRefused');
  await undo(ports, { ...input, halt });
  expect(await rememberedIn(at)).toEqual(['search']);
});

it('I10: that a successor is taken back forgets nobody whom it has just turned away', async () => {
  const at = await refusing(witness);
  const { ports, input } = at;
  const halt = await haltOf(confirm(ports, { ...input, shard }));
  expect(halt.Error).toBe('SuccessorRefused');
  const { takenBack } = await undo(ports, { ...input, halt });
  expect(takenBack).toEqual(['cert_acme1']);
  expect(await rememberedIn(at)).toEqual(['search']);
});
