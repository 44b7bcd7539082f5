import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import { undo } from '../../../lambdas/undo.ts';
import { billing, OLD, withIssuingCa } from '../issuing-ca.ts';
import { isIn } from '../saying.ts';
import { scopeInput } from '../scene.ts';

const [first, second] = [0, 1].map((at) => ({ at, of: 2 }));
const refused = (...clients: string[]) => ({ error: 'SuccessorRefused', clients, shard: first });
const widened = (shard = first) => ({ error: 'TrustWidened', shard });

/**
 * A scope right after its cut. Hosts check billing's leaf against the successor first, and the successor
 * turns billing away. A witness has got in as well.
 */
async function justCut(said: Partial<ScopePlan> = {}) {
  const set = await withIssuingCa([OLD], billing);
  const planned = scopeInput('one', await set.plan('one'));
  const input = { ...planned, plan: { ...planned.plan, ...said } };
  await activate(set.ports, input);
  const deactivation = await deactivate(set.ports, input);
  set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
  const halt = { Error: 'TrustWidened', Cause: 'witness intruder gets in' };
  const look = (detail: Record<string, unknown>) =>
    set.journal.record(entryOf(input, set.time.now++, 'confirmed', detail, 'proj_a'));
  const isMarked = async () =>
    (await set.journal.begun()).some(({ takenBackAt }) => takenBackAt !== undefined);
  return { set, input: { ...input, deactivation, halt }, look, isMarked };
}

/**
 * Runs the undo for the witness after these looks are in the trail. Returns what is active then, whether
 * billing gets in, and whether the taking back is remembered.
 */
async function undoneAfter(looks: Record<string, unknown>[], said: Partial<ScopePlan> = {}) {
  const { set, input, look, isMarked } = await justCut(said);
  for (const one of looks) await look(one);
  await undo(set.ports, input);
  const active = ['cert_acme0', 'cert_acme1'].filter((id) => set.world.organization.isActive('proj_a', id));
  return { active, billing: await isIn(set, 'billing'), isMarked: await isMarked() };
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
  // The witness's shard has halted and so ended all shards. Billing's shard has called a host and has written
  // nothing down yet.
  const seen = await undoneAfter([widened(second)], { shards: [first, second] as never });
  expect(seen).toEqual({ active: ['cert_acme0'], billing: 'accepted', isMarked: false });
});

it.each(['RetiringStillAccepted', 'NotEnforced', 'AwsRefused'])(
  'I9, I10: a shard of which the trail has only %s, after which another look comes, may have seen a client refused since',
  async (error) => {
    const looks = [{ error, cause: 'not yet', shard: first }, widened(second)];
    expect(await undoneAfter(looks, { shards: [first, second] as never })).toEqual({
      ...{ active: ['cert_acme0'], billing: 'accepted', isMarked: false },
    });
  },
);

it('I13: what a first attempt of the undo has taken back on suspicion the second tells, though the shard has left its word meanwhile', async () => {
  const { set, input, look, isMarked } = await justCut({ shards: [first, second] as never });
  await look(widened(second));
  const record: typeof set.journal.record = async (line) => {
    if (line.event === 'undone' && 'takenBack' in line.detail) throw new Error('the answer is lost');
    return set.journal.record(line);
  };
  const losing = undo({ ...set.ports, journal: { ...set.ports.journal, record } }, input);
  await expect(losing).rejects.toThrow('the answer is lost');
  await look({ shard: first, refused: [] });
  expect(await undo(set.ports, input)).toMatchObject({ takenBack: ['cert_acme1'] });
  expect(await isMarked()).toBe(false);
});

it('I17: for what is only suspected in one scope nobody is told to see to another', async () => {
  const { set, input, look } = await justCut({ shards: [first, second] as never });
  const activating = { activating: ['cert_acme1'], before: [] };
  await set.journal.record(entryOf(input, set.time.now++, 'activating', activating, 'proj_b'));
  await look(widened(second));
  const { also } = await undo(set.ports, input);
  expect(also).toContain('cert_acme1 was deactivated in proj_a again');
  expect(also).not.toContain('proj_b');
});
