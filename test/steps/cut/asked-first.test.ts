import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import { undo } from '../../../lambdas/undo.ts';
import { billing, OLD, withIssuingCa } from '../issuing-ca.ts';
import { isIn } from '../saying.ts';
import { scopeInput } from '../scene.ts';

const [first, second] = [0, 1].map((at) => ({ at, of: 2 }));
const refused = (...clients: string[]) => ({ error: 'SuccessorRefused', clients, shard: first });
const widened = (shard = first) => ({ error: 'TrustWidened', shard });

/** What becomes of billing, which hosts ask the successor about first, by an undo for a witness after a cut, where looks have left this in the trail. */
async function undoneAfter(looks: Record<string, unknown>[], said: Partial<ScopePlan> = {}) {
  const set = await withIssuingCa([OLD], billing);
  const planned = scopeInput('one', await set.plan('one'));
  const input = { ...planned, plan: { ...planned.plan, ...said } };
  await activate(set.ports, input);
  const deactivation = await deactivate(set.ports, input);
  set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
  for (const look of looks)
    await set.journal.record(entryOf(input, set.time.now++, 'confirmed', look, 'proj_a'));
  const halt = { Error: 'TrustWidened', Cause: 'witness intruder gets in' };
  await undo(set.ports, { ...input, deactivation, halt });
  const isMarked = (await set.journal.begun()).some(({ takenBackAt }) => takenBackAt !== undefined);
  return { active: set.activeIn('proj_a'), billing: await isIn(set, 'billing'), isMarked };
}

it.each([
  ['in another shard', [refused('billing')], { billing: 'accepted', isMarked: true }],
  [
    'in the shard of that witness, whose last look may have heard nothing of the client',
    [refused('billing'), widened()],
    { billing: 'accepted', isMarked: true },
  ],
])(
  'I10, F16, F7: the successor is taken back for whom the trail has as refused %s',
  async (_, looks, expected) => {
    expect(await undoneAfter(looks)).toEqual({ active: ['cert_acme0'], ...expected });
  },
);

it('I10: it stays where each look has left a word, and none has seen a client refused', async () => {
  const seen = await undoneAfter([widened(), widened(second)], { shards: [first, second] as never });
  expect(seen).toMatchObject({ billing: 'refused', isMarked: false });
});

it('I9, I17: where another shard has left no word it may be any successor that hosts ask first, and that waits for no person', async () => {
  // The witness's shard has ended all of them: billing's has called a host, and written nothing down yet.
  const seen = await undoneAfter([widened(second)], { shards: [first, second] as never });
  expect(seen).toEqual({ active: ['cert_acme0'], billing: 'accepted', isMarked: false });
});
