import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { fire, twoAuthorities } from '../two-authorities.ts';

it('I16: what an emergency named that was told Busy is come for within the hour, though the other emergency is stopped before its end', async () => {
  const set = await twoAuthorities();
  await set.plan('one', fire('cert_acme0'));
  set.time.now += 60;
  const startedAt = instant(set.time.now);
  const halt = await set.plan('two', fire('cert_globex0')).then(
    () => null,
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  expect(halt).toMatchObject({ Error: 'Busy' });
  // "A run follows that one within minutes, and cuts what this one has named", says windlass explain Busy.
  await release(set.ports, {
    execution: { id: 'two', startedAt },
    request: fire('cert_globex0'),
    ...(halt && { halt }),
  });
  set.running.delete('two');
  // The first one is stopped in the console, or runs out of time: nothing of it can schedule anything any more.
  set.running.delete('one');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(set.activeIn('proj_b')).toContain('cert_globex0');
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});

it('I16: it comes after the end of the other emergency, and within minutes only where that one has ended meanwhile', async () => {
  const set = await twoAuthorities();
  await set.plan('one', fire('cert_acme0'));
  const told = { Error: 'Busy', Cause: 'another emergency has the lease' };
  const ends = async (id: string) => {
    const execution = { id, startedAt: instant(set.time.now) };
    await release(set.ports, { execution, request: fire('cert_globex0'), halt: told });
    return Object.values(set.world.schedules.times()).map((at) => secondsOf(at) - set.time.now);
  };
  expect(await ends('two')).toEqual([3_600]);
  await set.leases.release('one');
  expect(await ends('three')).toEqual([300]);
});
