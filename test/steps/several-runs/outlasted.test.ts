import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { soakForRun } from '../../../lambdas/domain/memory/soak.ts';
import { NOTHING_BLOCKED } from '../../../lambdas/domain/metrics.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { lastMetrics } from '../last-metrics.ts';
import { DAY, type Scene, scene, scopeInput } from '../scene.ts';

/**
 * Acme soaks for seven days. Keel expires in six, and was blocked when that run planned because its client
 * had no leaf to move to. On the next day somebody follows the alarm and stages its leaf.
 */
async function stagedWhileAnotherSoaks(expires: Record<string, number> = {}, isProven = true) {
  const { cert_acme0 = 20, cert_keel0 = 6 } = expires;
  const set = await scene(
    [
      { id: 'cert_acme0', expires: cert_acme0, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: cert_keel0, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_keel0' } },
    ],
  );
  const { seen, metrics } = lastMetrics();
  const ports = set.portsWith({ metrics });
  const plan = await set.plan('acme', { mode: 'scheduled' }, {}, ports);
  expect(plan).toMatchObject({
    successions: [{ retiring: 'cert_acme0' }],
    blocked: [{ anchor: 'cert_keel0' }],
  });
  expect(seen.DaysToFirstBlockedExpiry).toBe(cert_keel0);
  if (isProven) await soak(set, ports, plan);
  set.time.now += DAY;
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_keel1' });
  return {
    ...set,
    acme: plan,
    seen,
    ports,
    holder: () => set.world.table.get('lease')?.get('lease')?.holder,
  };
}

/** Runs a rotation of acme up to its soak. */
async function soak(set: Scene, ports: Scene['ports'], plan: Awaited<ReturnType<Scene['plan']>>) {
  const input = scopeInput('acme', plan);
  await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution: input.execution, phase: 'overlap' }, proven);
  await promote(ports, {
    ...{ execution: input.execution, plan },
    verification: [{ anyHalted: false, provenAt }],
  });
}

it.each([
  ['a sweep', { mode: 'scheduled' as const }],
  ['a person', { mode: 'manual' as const }],
])(
  'I17: what is ready and would expire while another rotation soaks is rotated by a run that %s starts, which takes over',
  async (_, request) => {
    const { plan, ports, seen, holder, leases, journal } = await stagedWhileAnotherSoaks();
    const soaks = await journal.soaks();
    expect(soaks).toMatchObject([{ retiring: 'cert_acme0' }]);
    expect(await plan('next', request, {}, ports)).toMatchObject({
      successions: [{ retiring: 'cert_keel0' }],
      ...{ blocked: [], atOnce: false },
    });
    expect(holder()).toBe('next');
    await expect(leases.demand({ execution: 'acme' })).rejects.toMatchObject({ name: 'Superseded' });
    expect(seen.DaysToFirstBlockedExpiry).toBe(NOTHING_BLOCKED);
    // Acme's soak is kept as it was.
    expect(await journal.soaks()).toEqual(soaks);
  },
);

it('rule 5, I6: a soak is not cut short by what another run took over for: it goes on in a run of its own, right after that one', async () => {
  const { plan, journal, time, running, world } = await stagedWhileAnotherSoaks();
  const [begun] = await journal.soaks();
  const next = await plan('next');
  // Keel can soak for three days at the most. Together with acme, that would cut three days from acme's soak.
  expect(next.waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope))).toEqual(['proj_b']);
  expect(secondsOf(next.nextRotationAt ?? '')).toBeLessThanOrEqual(time.now + 600);
  running.delete('next');
  time.now += 3 * DAY;
  world.organization.toggle('proj_b', 'deactivate', ['cert_keel0']);
  const after = await plan('right after');
  expect(after.successions).toMatchObject([{ retiring: 'cert_acme0' }]);
  expect(soakForRun(after, time.now, await journal.soaks()).until).toBe(secondsOf(begun?.soakUntil ?? ''));
});

it('rule 5: what could not wait for a run of its own soaks beside it, for as long as both can', async () => {
  const { plan } = await stagedWhileAnotherSoaks({ cert_acme0: 15 });
  expect(await plan('next')).toMatchObject({
    successions: [{ retiring: 'cert_keel0' }, { retiring: 'cert_acme0' }],
    warnings: [expect.stringContaining('P3D is left of the soak of P7D')],
  });
});

it('I12: whoever has taken over has the lease to itself, though what it was for has not soaked yet', async () => {
  const { plan, ports, holder, time, running } = await stagedWhileAnotherSoaks();
  await plan('next', { mode: 'scheduled' }, {}, ports);
  running.delete('acme');
  time.now += DAY;
  expect(await plan('sweep', { mode: 'scheduled' }, {}, ports)).toMatchObject({ decision: 'busy' });
  expect(holder()).toBe('next');
});

it('I13: it goes on ringing where the other has yet to move its clients, and is told as blocked', async () => {
  const { plan, ports, seen, entries, holder } = await stagedWhileAnotherSoaks({}, false);
  expect(await plan('sweep', { mode: 'scheduled' }, {}, ports)).toMatchObject({ decision: 'busy' });
  expect(holder()).toBe('acme');
  expect(seen).toMatchObject({ BlockedAnchors: 1, DaysToFirstBlockedExpiry: 5 });
  expect(entries().findLast(({ event }) => event === 'busy')).toMatchObject({
    detail: { blocked: [{ anchor: 'cert_keel0', reason: expect.stringContaining('windlass stop') }] },
  });
});

it('I10, I13: nobody is taken over from at a cut, and whoever has started a run is told not to wait for the soak', async () => {
  const { plan, ports, journal, holder, time } = await stagedWhileAnotherSoaks();
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  await journal.rememberCuts([
    { scope: 'proj_a', ...pair, cutAt: instant(time.now - 60), compromised: false },
  ]);
  await expect(plan('by hand', { mode: 'manual' }, {}, ports)).rejects.toMatchObject({
    name: 'Busy',
    message: expect.stringMatching(/Do not wait: cert_keel0 ends on .* windlass stop, and then/),
  });
  expect(holder()).toBe('acme');
});

it('I17: what ends before the next sweep is looked at again within minutes while the other is in its overlap, and goes once that one soaks', async () => {
  const set = await stagedWhileAnotherSoaks({ cert_keel0: 1.5 }, false);
  const { plan, ports, time, holder, world } = set;
  const comes = () => Object.values(world.schedules.times()).map((at) => secondsOf(at) - time.now);
  expect(await plan('sweep', { mode: 'scheduled' }, {}, ports)).toMatchObject({ decision: 'busy' });
  expect(comes()).toEqual([300]);
  time.now += 300;
  const request = { mode: 'scheduled' as const, failingSince: instant(time.now - 300) };
  expect(await plan('look', request, {}, ports)).toMatchObject({ decision: 'busy' });
  expect([comes(), holder()]).toEqual([[600], 'acme']);
  await soak(set, ports, set.acme);
  expect(await plan('next look', request, {}, ports)).toMatchObject({
    successions: [{ retiring: 'cert_keel0' }],
  });
  expect(holder()).toBe('next look');
});

it('I13: whoever starts a run by hand while the other has its soak before it is told not to wait for what ends by then', async () => {
  const { plan, ports } = await stagedWhileAnotherSoaks({}, false);
  await expect(plan('by hand', { mode: 'manual' }, {}, ports)).rejects.toMatchObject({
    name: 'Busy',
    message: expect.stringMatching(/Do not wait: cert_keel0 ends on .* windlass stop, and then/),
  });
});

it.each([
  ['what the one that has the lease retires itself', { cert_acme0: 1.5 }],
  ['what expires later than a day after it has ended', { cert_keel0: 9 }],
])('nobody is told so of %s, nor taken over from', async (_, expires) => {
  const { plan, ports, seen, holder } = await stagedWhileAnotherSoaks(expires);
  await plan('sweep', { mode: 'scheduled' }, {}, ports);
  expect(seen.BlockedAnchors).toBe(0);
  expect(holder()).toBe('acme');
});

it('I17, rule 3: whoever is outside since an expiry waits for no soak of another, once all is ready after days of failing', async () => {
  const { plan, time, holder, journal } = await stagedWhileAnotherSoaks({ cert_keel0: 0.5 });
  await journal.rememberBegun([
    { retiring: 'cert_keel0', successor: 'cert_keel1', begunAt: instant(time.now - 5 * DAY) },
  ]);
  const holders: string[] = [];
  for (const day of [1, 2]) {
    await plan(`sweep ${day}`);
    holders.push(String(holder()));
    time.now += DAY;
  }
  expect(holders).toContainEqual(expect.stringContaining('sweep'));
});
