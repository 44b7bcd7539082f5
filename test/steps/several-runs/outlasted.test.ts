import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn } from '../saying.ts';
import { DAY, scene, scopeInput } from '../scene.ts';

/**
 * Acme is rotated and soaks for seven days. Keel ends in six, and was blocked when that run planned: its client had nothing to move to. On the
 * next day somebody does what the alarm asks for, and stages its leaf.
 */
async function stagedWhileAnotherSoaks(expires: Record<string, number> = {}) {
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
  const seen: Record<string, number> = {};
  const metrics = {
    emit(all: readonly Metric[]) {
      for (const { name, value } of all) seen[name] = value;
    },
  };
  const ports = set.portsWith({ metrics });
  const plan = await set.plan('acme', { mode: 'scheduled' }, {}, ports);
  expect(plan).toMatchObject({
    successions: [{ retiring: 'cert_acme0' }],
    blocked: [{ anchor: 'cert_keel0' }],
  });
  expect(seen.DaysToFirstBlockedExpiry).toBe(cert_keel0);
  const input = scopeInput('acme', plan);
  await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution: input.execution, phase: 'overlap' }, proven);
  const { soakUntil } = await promote(ports, {
    ...{ execution: input.execution, plan },
    verification: [{ anyHalted: false, provenAt }],
  });
  set.time.now += DAY;
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_keel1' });
  return { ...set, set, seen, ports, soakUntil };
}

it('I13, I17: what expires before the rotation that soaks has ended goes on ringing, though it could be rotated by now', async () => {
  const { set, plan, seen, ports, time, soakUntil, entries } = await stagedWhileAnotherSoaks();
  expect(await plan('sweep', { mode: 'scheduled' }, {}, ports)).toMatchObject({ decision: 'busy' });
  expect(seen).toMatchObject({ BlockedAnchors: 1, DaysToFirstBlockedExpiry: 5 });
  expect(entries().findLast(({ event }) => event === 'busy')).toMatchObject({
    detail: { blocked: [{ anchor: 'cert_keel0', reason: expect.stringContaining('windlass stop') }] },
  });
  // As it has to: its client is outside while the other soaks.
  time.now += 5 * DAY;
  expect(Date.parse(soakUntil) / 1000).toBeGreaterThan(time.now);
  expect(await isIn(set, 'search')).toBe('refused');
  await plan('next sweep', { mode: 'scheduled' }, {}, ports);
  expect(seen.DaysToFirstBlockedExpiry).toBe(0);
});

it('I13: who starts a run by hand is told not to wait for a soak that ends after an expiry, and what to do', async () => {
  const { plan, ports, running, set } = await stagedWhileAnotherSoaks();
  await expect(plan('by hand', { mode: 'manual' }, {}, ports)).rejects.toMatchObject({
    name: 'Busy',
    message: expect.stringMatching(/Do not wait: cert_keel0 ends on .*: windlass stop, and then/),
  });
  // What it says to do helps, and the soak is where it was.
  const soaks = await set.journal.soaks();
  running.delete('acme');
  expect(await plan('after the stop', { mode: 'manual' }, {}, ports)).toMatchObject({
    successions: [{ retiring: 'cert_keel0' }, { retiring: 'cert_acme0' }],
    blocked: [],
  });
  expect(await set.journal.soaks()).toEqual(soaks);
});

it.each([
  ['what the one that has the lease retires itself', { cert_acme0: 1.5 }],
  ['what expires later than a day after it has ended', { cert_keel0: 9 }],
])('nobody is told so of %s', async (_, expires) => {
  const { plan, ports, seen } = await stagedWhileAnotherSoaks(expires);
  await plan('sweep', { mode: 'scheduled' }, {}, ports);
  expect(seen.BlockedAnchors).toBe(0);
});
