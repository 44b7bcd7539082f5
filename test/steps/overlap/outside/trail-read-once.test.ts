import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { onOld, overlapOf } from '../../renewal.ts';
import { DAY, type Scene, scene, scopeInput } from '../../scene.ts';

/** Goes through something, and tells how many days back the trail was read meanwhile. */
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
