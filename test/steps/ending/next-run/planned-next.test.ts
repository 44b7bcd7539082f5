import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../../lambdas/domain/instant.ts';
import { requestSchema } from '../../../../lambdas/domain/request.ts';
import { release } from '../../../../lambdas/release.ts';
import { scheduleNext } from '../../../../lambdas/schedule-next.ts';
import { isIn } from '../../saying.ts';
import { DAY, scene } from '../../scene.ts';

/**
 * Acme soaks for seven days. Keel expires half a day later. Keel was blocked in the plan because its client
 * had no leaf to move to, and the client has one by now. So the plan has another run come right after this
 * one.
 */
async function afterTheSoak() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 7.5, in: ['proj_b'] },
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
  const startedAt = instant(set.time.now);
  const plan = await set.plan('acme');
  expect(plan).toMatchObject({
    successions: [{ retiring: 'cert_acme0' }],
    blocked: [{ anchor: 'cert_keel0' }],
  });
  expect(plan.nextRotationAt).toBe(instant(set.time.now + 300));
  await set.stage('search', 'AWSPENDING', { anchor: 'cert_keel1' });
  set.time.now += 7 * DAY + 3_600;
  const input = { execution: { id: 'acme', startedAt }, plan, request: {} };
  const soonest = () => Math.min(...Object.values(set.world.schedules.times()).map(secondsOf)) - set.time.now;
  return { ...set, set, input, soonest };
}

it('rule 6: a run comes right after the soak for what was blocked and expires before the sweep, where the cut went well', async () => {
  const { ports, input, soonest } = await afterTheSoak();
  await scheduleNext(ports, input);
  await release(ports, input);
  expect(soonest()).toBe(300);
});

it('I17, rule 6: and where a client of the other line did not answer at the cut, so that the run halted', async () => {
  const { set, ports, input, soonest, time } = await afterTheSoak();
  const cause = JSON.stringify([{ scope: 'proj_a', error: 'ProbeInconclusive', cause: 'billing: 503' }]);
  await release(ports, { ...input, halt: { Error: 'ProbeInconclusive', Cause: cause } });
  const comes = soonest();
  // The daily sweep would come half a day later only.
  time.now += DAY / 2;
  expect(await isIn(set, 'search')).toBe('refused');
  expect(comes).toBeLessThanOrEqual(3_600);
});

it('rule 6: later each time that the run halts again, until the sweep is as soon', async () => {
  const { set, ports, input, soonest, time } = await afterTheSoak();
  const halt = { Error: 'ProbeInconclusive', Cause: 'billing: 503' };
  const waits: number[] = [];
  let { request } = input as { request: object };
  for (const _ of Array(12)) {
    set.world.schedules.clear();
    await ports.leases.take({ execution: 'acme', mode: 'scheduled' });
    await release(ports, { ...input, request, halt });
    const [name = ''] = Object.keys(set.world.schedules.times());
    if (!name) break;
    request = requestSchema.parse(set.world.schedules.requestOf(name));
    waits.push(soonest());
    time.now += soonest();
  }
  expect(waits).toEqual([300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 76_800]);
});

it.each([
  ['ends before the next sweep', 0.8, 'ProbeInconclusive', 3_600 + 300],
  ['ends after it', 2, 'ProbeInconclusive', Number.POSITIVE_INFINITY],
  ['ends before it, but a person has stopped the run', 0.8, 'Stopped', Number.POSITIVE_INFINITY],
])(
  'I17, rule 6: after a halt another run comes soon where what was to be rotated %s',
  async (_, expires, error, comes) => {
    const set = await scene([
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ]);
    const plan = await set.plan('one');
    expect(plan.promotions).toMatchObject([{ client: 'billing' }]);
    // Hosts were down for an hour, and no client was moved.
    set.time.now += 3_600;
    const execution = { id: 'one', startedAt: plan.plannedAt };
    const halt = { Error: error, Cause: 'billing: 503' };
    await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
    const times = Object.values(set.world.schedules.times()).map(secondsOf);
    expect(Math.min(...times) - set.time.now).toBeLessThanOrEqual(comes);
    expect(times).toHaveLength(comes < DAY ? 1 : 0);
  },
);

it.each([
  ['comes when it was planned to, by nothing that goes on failing', 43_200, 43_200, false],
  ['is put off, and says since when it is', 60, 300, true],
  ['comes as soon as any may, by the clock of its plan, and says so as well', 400, 400, true],
])('rule 6: what a run that halts had planned %s', async (_, planned, comes, isPutOff) => {
  const set = await scene();
  const plan = { ...(await set.plan('one')), nextRotationAt: instant(set.time.now + planned) };
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const halt = { Error: 'ProbeInconclusive', Cause: 'billing: 503' };
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  const [[name = '', at = ''] = []] = Object.entries(set.world.schedules.times());
  const request = requestSchema.parse(set.world.schedules.requestOf(name));
  const since = isPutOff ? { failingSince: instant(set.time.now) } : {};
  const asked = { mode: 'scheduled', startedBy: expect.anything(), ...since };
  expect([secondsOf(at) - set.time.now, request]).toEqual([comes, asked]);
});

it('rule 6: a look that comes before the next try of what goes on failing says since when it does, so that the gaps go on growing', async () => {
  const set = await scene();
  const { now } = set.time;
  const planned = await set.plan('one');
  // The plan has a look in a minute, because calls of a run that was taken over may still land. The next try
  // of what fails would come later (`leftAgainAt`).
  const plan = { ...planned, nextRotationAt: instant(now + 60), leftAgainAt: instant(now + 400) };
  const failingSince = instant(now - 1_200);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const halt = { Error: 'ProbeInconclusive', Cause: 'billing: 503' };
  await release(set.ports, { execution, request: { mode: 'scheduled', failingSince }, plan, halt });
  const [[name = '', at = ''] = []] = Object.entries(set.world.schedules.times());
  const request = requestSchema.parse(set.world.schedules.requestOf(name));
  expect([secondsOf(at) - now, request]).toEqual([400, expect.objectContaining({ failingSince })]);
});
