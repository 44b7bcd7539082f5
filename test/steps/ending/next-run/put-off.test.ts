import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { release } from '../../../../lambdas/release.ts';
import { fire, twoAuthorities } from '../../two-authorities.ts';

it('I16, rule 6: what an emergency that halts has left is tried again within minutes, though another one that was told Busy ends at that moment', async () => {
  const set = await twoAuthorities();
  const startedAt = instant(set.time.now);
  const plan = await set.plan('one', fire('cert_acme0'));
  set.time.now += 60;
  await expect(set.plan('two', fire('cert_globex0'))).rejects.toMatchObject({ name: 'Busy' });
  // The first emergency has halted and has set the schedule. The second ends before the first frees the
  // lease.
  const second = () =>
    release(set.ports, {
      execution: { id: 'two', startedAt: instant(set.time.now) },
      request: fire('cert_globex0'),
      halt: { Error: 'Busy', Cause: 'one (emergency) has the lease' },
    });
  let isOver = false;
  const journal: typeof set.ports.journal = {
    ...set.ports.journal,
    async record(entry) {
      if (entry.event === 'ended' && entry.execution === 'one' && !isOver) {
        isOver = true;
        await second();
      }
      await set.ports.journal.record(entry);
    },
  };
  await release(
    { ...set.ports, journal },
    {
      execution: { id: 'one', startedAt },
      request: fire('cert_acme0'),
      plan,
      halt: { Error: 'ProbeInconclusive', Cause: 'a host was silent' },
    },
  );
  expect(isOver).toBe(true);
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(600);
});
