import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { judge } from '../../../lambdas/judge.ts';
import { release } from '../../../lambdas/release.ts';
import { isIn, refusedByItsRenewal } from '../saying.ts';
import { scopeInput } from '../scene.ts';

it('I9, I11, rule 6: a scope of the overlap that left no verdict, and whose clients are outside, is come for within the hour', async () => {
  const set = await refusedByItsRenewal();
  const { ports } = set;
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const { execution } = input;
  // The renewal is active now, and hosts check it first. The scope's execution ends here without a verdict:
  // it was stopped, or could not write one.
  await activate(ports, input);
  expect(await isIn(set, 'billing')).toBe('refused');
  set.time.now += 3_600;
  const carried = await ports.manifests.keep('one', plan, []);
  const [wave] = carried.waves;
  if (!wave || !('list' in wave)) throw new Error('it has a list');
  const { halt } = await judge(ports, { execution, phase: 'overlap', wave, tolerant: true });
  expect(halt).toMatchObject({ Error: 'ScopeLost' });
  set.running.delete('one');
  await release(ports, { execution, request: { mode: 'scheduled' }, plan, ...(halt && { halt }) });
  expect(await isIn(set, 'billing')).toBe('refused');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now, `none is set at ${instant(set.time.now)}`).toBeLessThanOrEqual(
    3_600,
  );
});
