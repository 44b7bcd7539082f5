import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { lastMetrics } from '../last-metrics.ts';
import { DAY, scene, scopeInput } from '../scene.ts';

it('I13, I17: what expires in a soak goes on ringing, or is rotated, though the run that soaks has it in its overlap and holds its cut for a client that is ready by now', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 6, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      {
        ...{ name: 'index', project: 'proj_b', running: { anchor: 'cert_keel0' } },
        staged: { anchor: 'cert_keel1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_keel0' } },
    ],
  );
  const { seen, metrics } = lastMetrics();
  const ports = set.portsWith({ metrics });
  const plan = await set.plan('acme', { mode: 'scheduled' }, {}, ports);
  expect(seen).toMatchObject({ DaysToFirstBlockedExpiry: 6 });
  const execution = { id: 'acme', startedAt: plan.plannedAt };
  let last: string | undefined;
  for (const scope of ['proj_a', 'proj_b']) {
    const input = scopeInput('acme', plan, scope);
    await activate(ports, input);
    const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
    last = provenAt;
    const proven = { scope, verdict: 'proven' as const, error: '', cause: '', provenAt };
    await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
  }
  const verification = [{ anyHalted: false, provenAt: last }];
  const { soakUntil } = await promote(ports, { execution, plan, verification } as never);
  // This is a day after keel's expiry. The soak does not end before it, because the run cuts nothing of keel.
  expect(soakUntil).toBe(instant(set.time.now + 7 * DAY));
  set.time.now += DAY;
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_keel1' });
  await set.plan('sweep', { mode: 'scheduled' }, {}, ports);
  const isTakenOver = set.world.table.get('lease')?.get('lease')?.holder === 'sweep';
  expect(isTakenOver || (seen.DaysToFirstBlockedExpiry ?? 0) <= 6).toBe(true);
});
