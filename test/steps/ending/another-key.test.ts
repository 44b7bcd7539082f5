import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { plan as planStep } from '../../../lambdas/plan.ts';
import { release } from '../../../lambdas/release.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

/**
 * Runs a whole rotation of one project beside a sweep each day. Afterwards somebody uses the run's key.
 * `former` is the key of the rotations before. Returns how often the alarm rings for that use, and what the
 * trail says of changes by other keys.
 */
async function rotatedWith(former: string | null) {
  const set = await scene();
  const before = { execution: { id: 'before', startedAt: instant(NOW - 60 * DAY) } };
  const { journal } = set.ports;
  await journal.record(entryOf(before, NOW - 60 * DAY, 'planned', {}));
  if (former)
    await journal.record(
      entryOf(before, NOW - 60 * DAY, 'audited', {
        found: 2,
        missing: 0,
        ours: [former],
        others: [],
        unknown: [],
      }),
    );
  await journal.rememberLook(NOW - DAY);
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  const rings: number[] = [];
  const metrics = {
    emit: (all: readonly Metric[]) =>
      void rings.push(...all.flatMap(({ name, value }) => (name === 'UnknownChanges' ? value : []))),
  };
  const on = set.portsWith({ metrics, running: (execution) => execution === 'one' });
  for (let day = 1; day < 7; day++) {
    set.time.now = NOW + day * DAY;
    const execution = { id: `sweep ${day}`, startedAt: instant(set.time.now) };
    await planStep(on, {
      request: { mode: 'scheduled' },
      execution,
      configuration: { policy: policySchema.parse({}) },
    });
  }
  set.time.now = NOW + 7 * DAY;
  await deactivate(set.ports, input);
  set.time.now += 60;
  await release(on, { execution: input.execution, plan });
  const audited = set
    .entries()
    .filter(({ event, execution }) => event === 'audited' && execution !== 'before');
  const others = audited.flatMap(({ detail }) => (Object(detail).others ?? []) as { meant: string }[]);
  set.world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');
  set.time.now += DAY;
  rings.length = 0;
  const execution = { id: 'sweep 8', startedAt: instant(set.time.now) };
  await release(on, { execution, plan: { ...plan, decision: 'idle', successions: [], waves: [] } });
  return { rings, others: others.map(({ meant }) => meant) };
}

it('the control: where the key is the one of before, its own changes are ours, and a theft rings', async () => {
  expect(await rotatedWith('key_windlass')).toEqual({ rings: [1], others: [] });
});

it('the control: once another key is in the admin secret, a whole rotation makes it ours, and a theft of that one rings', async () => {
  expect((await rotatedWith('key_former')).rings).toEqual([1]);
});

it('F19: the first change with it is told as what the run was about to do, and not as one by which its plan may be out of date', async () => {
  const { others } = await rotatedWith('key_former');
  expect(others).toEqual([expect.stringMatching(/^a run was about to do just this: it was that run where/)]);
});
