import { expect, it } from 'vitest';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { scheduleNext } from '../../../lambdas/schedule-next.ts';
import { fire, twoAuthorities } from '../two-authorities.ts';

it('I15, I16: what an emergency named between Schedule next and Release of another is cut within minutes', async () => {
  const set = await twoAuthorities();
  const execution = (id: string, startedAt: string) => ({ id, startedAt });
  const plan = await set.plan('one', fire('cert_acme0'));
  const one = { execution: execution('one', plan.plannedAt), plan };
  set.time.now += 60;
  await scheduleNext(set.ports, { ...one, request: fire('cert_acme0') });
  set.time.now += 1;
  const other = fire('cert_globex0');
  const busy = await set.plan('two', other).catch(({ name }: Error) => name);
  expect(busy).toBe('Busy');
  const halt = { Error: 'Busy', Cause: 'another is at work' };
  await release(set.ports, { execution: execution('two', plan.plannedAt), request: other, halt });
  set.running.delete('two');
  set.time.now += 1;
  await release(set.ports, one);
  set.running.delete('one');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});
