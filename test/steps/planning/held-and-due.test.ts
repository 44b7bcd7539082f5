import { expect, it } from 'vitest';
import { release } from '../../../lambdas/release.ts';
import { DAY, scene } from '../scene.ts';

it('I13: a hold that keeps the only way in of a client rings louder the nearer its expiry is, and touches nothing', async () => {
  const set = await scene([
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ]);
  const days: number[] = [];
  const metrics = {
    emit: (all: readonly { name: string; value: number }[]) =>
      void days.push(...all.flatMap(({ name, value }) => (name === 'DaysToFirstBlockedExpiry' ? value : []))),
  };
  const ports = set.portsWith({ metrics });
  const red: number[] = [];
  // A sweep each day until the held anchor has expired, which locks billing out.
  for (let day = 0; day <= 21; day++) {
    const plan = await set.plan(`day-${day}`, { mode: 'scheduled' }, { hold: ['cert_acme0'] }, ports);
    if (plan.isRed) {
      red.push(day);
      const execution = { id: `day-${day}`, startedAt: plan.plannedAt };
      await release(set.ports, { execution, plan });
    }
    expect(plan.waves).toEqual([]);
    expect(plan.blocked).toMatchObject([
      { anchor: 'cert_acme0', reason: expect.stringContaining('is held by policy.hold') },
    ]);
    await set.leases.release(`day-${day}`);
    set.running.delete(`day-${day}`);
    set.time.now += DAY;
  }
  // The run is red on the first day, at the safety margin, on the anchor's last day, and when it has expired.
  expect(red).toEqual([0, 18, 19, 20]);
  expect(days.slice(0, 3)).toEqual([20, 19, 18]);
});

it('a hold on what nobody runs on, or on what is not due, is no news', async () => {
  const anchors = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
  ];
  const moved = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(anchors, [moved]);
  const hold = ['cert_acme0', 'cert_acme1'];
  expect(await set.plan('one', { mode: 'scheduled' }, { hold })).toMatchObject({ decision: 'idle' });
});
