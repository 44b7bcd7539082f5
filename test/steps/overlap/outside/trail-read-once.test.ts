import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { onOld, overlapOf, renewal, WITHOUT_SEARCH } from '../../renewal.ts';
import { DAY, type Scene, scene, scopeInput } from '../../scene.ts';

/** Runs something, and returns for each read of the trail how many days back it went. */
async function readsOf({ ports, time }: Scene, run: () => Promise<unknown>): Promise<number[]> {
  const { journal } = ports;
  const { changes } = journal;
  const days: number[] = [];
  journal.changes = (since) => {
    days.push(Math.ceil((time.now - since) / DAY));
    return changes(since);
  };
  await run();
  journal.changes = changes;
  return days;
}

it('I18: who was outside before is read of once for a look, and no further back than it takes', async () => {
  const scopes = ['proj_a', ORGANIZATION];
  const anchors = renewal(WITHOUT_SEARCH, WITHOUT_SEARCH, { scopes });
  const clients = [onOld('billing'), onOld('search'), onOld('ledger', 'proj_b')];
  const set = await scene(anchors, clients, { choice: 'last' });
  const plan = await set.plan('one');
  for (const scope of scopes) {
    const days = await readsOf(set, () => overlapOf(set, 'one', plan, { scope }));
    expect(days).toEqual([1]);
  }
  set.running.delete('one');
  set.time.now += 3 * DAY;
  const two = await set.plan('two', { mode: 'manual' });
  const days = await readsOf(set, () => overlapOf(set, 'two', two, { scope: 'proj_a' }));
  // The look beforehand and the one in the overlap. That one reads a month back and finds what was activated
  // three days ago.
  expect(days).toEqual([1, 1, 30]);
});

it('I18: an undo reads the trail once for what an earlier run has activated, and for who may run on that', async () => {
  const filter = 'subject.common_name != "intruder"';
  const intruder = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const billing = { ...onOld('billing'), staged: { anchor: 'cert_acme1' } };
  const anchors = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter },
    { id: 'cert_acme1', expires: 300 },
  ];
  const set = await scene(anchors, [billing], { witnesses: [intruder] });
  await activate(set.ports, scopeInput('one', await set.plan('one')));
  set.running.delete('one');
  const plan = await set.plan('two', { mode: 'manual' });
  let error: string | null = null;
  const days = await readsOf(set, async () => {
    ({ error } = await overlapOf(set, 'two', plan));
  });
  expect({ error, active: set.activeIn('proj_a') }).toEqual({
    error: 'TrustWidened',
    active: ['cert_acme0'],
  });
  expect(days).toEqual([30]);
});
