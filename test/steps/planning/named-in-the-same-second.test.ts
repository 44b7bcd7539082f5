import { expect, it } from 'vitest';
import { rememberNamed } from '../../../lambdas/adapters/table/named/remember-named.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { onAcme } from '../saying.ts';
import { run, scene } from '../scene.ts';

const fire = (anchor: string) => ({
  ...{ mode: 'emergency' as const, anchors: [anchor] },
  reason: 'its key leaked',
});

it('I15, I16: what another emergency names in the very second in which a plan is made is cut within minutes', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      onAcme('billing', 'proj_a'),
      {
        ...{ name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
        staged: { anchor: 'cert_globex1' },
      },
    ],
  );
  // Two emergencies start one after the other. The second names its anchor right after the first has read the
  // names, and before it asks for the lease.
  let reads = 0;
  const racing = {
    ...set.ports,
    journal: {
      ...set.ports.journal,
      async compromised() {
        const named = await set.ports.journal.compromised();
        const isOfThePlan = ++reads > 1 && named.length === 1;
        if (isOfThePlan) await rememberNamed(set.ports, fire('cert_globex0'), run('two'));
        return named;
      },
    },
  };
  const plan = await set.plan('one', fire('cert_acme0'), {}, racing);
  await expect(set.plan('two', fire('cert_globex0'))).rejects.toMatchObject({ name: 'Busy' });
  const execution = (id: string) => ({ id, startedAt: plan.plannedAt });
  const halt = { Error: 'Busy', Cause: 'another is at work' };
  await release(set.ports, { execution: execution('two'), request: fire('cert_globex0'), halt });
  set.running.delete('two');
  set.time.now += 60;
  const one = { execution: execution('one'), plan };
  await scheduleNext(set.ports, { ...one, request: fire('cert_acme0') });
  await release(set.ports, one);
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});
