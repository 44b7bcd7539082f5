import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { lastMetrics } from '../last-metrics.ts';
import { DAY, scene } from '../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };
const cause = JSON.stringify([{ scope: 'proj_a', error: 'SuccessorRefused', cause: 'billing was refused' }]);
const halt = { Error: 'SuccessorRefused', Cause: cause };

/** A rotation of acme that has halted in a scope, and the last value of each metric. */
async function halted() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );
  const { seen, metrics } = lastMetrics();
  const ports = set.portsWith({ metrics });
  const about = (id: string) => ({ id, startedAt: instant(set.time.now) });
  const end = async (id: string, plan: Awaited<ReturnType<typeof set.plan>>, how: object = {}) => {
    await release(ports, { execution: about(id), plan, ...how });
    set.running.delete(id);
  };
  await end('acme', await set.plan('acme', { mode: 'scheduled' }, {}, ports), { halt });
  expect(seen).toMatchObject({ HaltedScopes: 1 });
  return { ...set, seen, ports, end };
}

it('I13: an emergency that ends well gives no all-clear for scopes that have halted in a rotation of something else', async () => {
  const { plan, ports, end, seen } = await halted();
  await end('fire', await plan('fire', emergency, {}, ports));
  expect(seen.HaltedScopes).toBe(1);
});

it('I13: nor does it end the alarm of runs that halt every day, nor does a run that was taken over: neither has gone through everything', async () => {
  const { plan, ports, end, seen, time, journal } = await halted();
  const since = await journal.lastSuccess();
  time.now += 3 * DAY;
  const sweep = await plan('sweep', { mode: 'scheduled' }, {}, ports);
  await end('fire', await plan('fire', emergency, {}, ports));
  await end('sweep', sweep, { halt: { Error: 'Superseded', Cause: 'fire has it' } });
  expect(await journal.lastSuccess()).toEqual(since);
  expect(seen.SecondsSinceSuccess).toBeGreaterThan(2 * DAY);
  await end('next sweep', await plan('next sweep', { mode: 'scheduled' }, {}, ports));
  expect(seen).toMatchObject({ SecondsSinceSuccess: 0, HaltedScopes: 0 });
});
