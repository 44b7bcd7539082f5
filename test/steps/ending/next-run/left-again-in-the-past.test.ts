import { expect, it } from 'vitest';
import { secondsOf } from '../../../../lambdas/domain/instant.ts';
import { leftBlocked } from '../../left-blocked.ts';

it('rule 6: a plan whose certificates take minutes to read sets the next try of what is left in the future', async () => {
  const set = await leftBlocked({ expires: 20 });
  const { certificates } = set.ports;
  let waited = false;
  // Reading takes eleven minutes: the API limits the calls, fifty certificates are read five at a time, and
  // each call is told to wait a minute.
  const content = async (id: string) => {
    if (!waited) set.time.now += 660;
    waited = true;
    return certificates.content(id);
  };
  const planned = await set
    .plan('next', { mode: 'scheduled' }, {}, { ...set.ports, certificates: { ...certificates, content } })
    .catch((error: Error) => error);
  expect(planned).toMatchObject({ decision: 'rotate' });
  const [at = ''] = Object.values(set.world.schedules.times());
  // EventBridge refuses a time in the past.
  expect(secondsOf(at)).toBeGreaterThan(set.time.now);
});
