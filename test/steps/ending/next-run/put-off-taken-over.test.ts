import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { release } from '../../../../lambdas/release.ts';
import { scene } from '../../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };

it('I16, rule 6: what an emergency that halted has left is tried again within minutes, though the run that it took over from gives up its Plan right after', async () => {
  const set = await scene([
    { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
  ]);
  const failingSince = instant(set.time.now - 7_200);
  const old = { id: 'old', startedAt: instant(set.time.now) };
  // The old run has the lease, and its Plan waits for an API that does not answer.
  const { certificates } = set.ports;
  const down = { ...certificates, list: () => Promise.reject(new Error('503')) };
  await set
    .plan('old', { mode: 'scheduled', failingSince }, {}, { ...set.ports, certificates: down })
    .catch(() => {});
  expect(set.world.table.get('lease')?.get('lease')?.holder).toBe('old');
  set.time.now += 600;
  const startedAt = instant(set.time.now);
  const plan = await set.plan('fire', emergency);
  await release(set.ports, {
    ...{ execution: { id: 'fire', startedAt }, request: emergency, plan },
    halt: { Error: 'ProbeInconclusive', Cause: 'a host was silent' },
  });
  const soonest = () => Math.min(...Object.values(set.world.schedules.times()).map(secondsOf)) - set.time.now;
  expect(soonest()).toBe(300);
  set.time.now += 60;
  await release(set.ports, {
    ...{ execution: old, request: { mode: 'scheduled', failingSince } },
    halt: { Error: 'ApiUnavailable', Cause: '503 for as long as it was tried' },
  });
  expect(soonest()).toBeLessThanOrEqual(300);
});
