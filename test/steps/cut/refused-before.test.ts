import { expect, it } from 'vitest';
import { confirm } from '../../../lambdas/confirm.ts';
import { undo } from '../../../lambdas/undo.ts';
import { namedIn, shardOf } from '../in-shards.ts';
import { haltOf, type JustCut, refusing } from '../witness-after-the-cut.ts';

/** The witness is in the shard of search. */
const witness = namedIn(shardOf('search'), 'burglar', 'spy', 'thief', 'crook');
const shard = { at: shardOf('search'), of: 2 };

const rememberedIn = async ({ set }: JustCut) =>
  (await set.journal.begun()).flatMap(({ refused = [] }) => refused.map(({ client }) => client));

it('I10: that a successor is taken back forgets nobody whom it has just turned away', async () => {
  const at = await refusing(witness);
  const { ports, input } = at;
  const halt = await haltOf(confirm(ports, { ...input, shard }));
  expect(halt.Error).toBe('SuccessorRefused');
  const { takenBack } = await undo(ports, { ...input, halt });
  expect(takenBack).toEqual(['cert_acme1']);
  expect(await rememberedIn(at)).toEqual(['search']);
});
