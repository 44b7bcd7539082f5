import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { outsideAfterItsCut } from '../outside-after-its-cut.ts';
import { isIn } from '../saying.ts';

/**
 * A cut that could be neither confirmed nor taken back, because the API was down. Its client is locked out,
 * and a run comes within minutes.
 */
async function leftOpen() {
  const { set, down } = await outsideAfterItsCut(({ op }) => ['activate', 'list', 'projects'].includes(op));
  const next = () => Object.entries(set.world.schedules.times());
  const [[name = '', at = ''] = []] = next();
  const request = requestSchema.parse(set.world.schedules.requestOf(name));
  expect(request).toMatchObject({ failingSince: instant(set.time.now) });
  // A schedule deletes itself when it fires.
  set.world.schedules.clear();
  set.time.now = secondsOf(at);
  const soonest = () => Math.min(...next().map(([, when]) => secondsOf(when))) - set.time.now;
  return { ...set, down, request, soonest, set };
}

it('I10, I11, rule 6: a client that a cut has left outside is come for within the hour, though the API is down for the next run as well', async () => {
  const { set, plan, down, request, soonest, ports, time, running } = await leftOpen();
  const execution = { id: 'two', startedAt: instant(time.now) };
  await expect(plan('two', request, {}, down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  // The machine gives up the Plan step after 45 minutes.
  time.now += 2_700;
  running.delete('two');
  await release(ports, { execution, request, halt: { Error: 'ApiUnavailable', Cause: 'it is down' } });
  expect(await isIn(set, 'billing')).toBe('refused');
  expect(soonest()).toBeLessThanOrEqual(3_600);
});

it('I10, I11, rule 6: and though the next run halts before it comes to that scope, since S3 does not give it its list', async () => {
  const { set, plan: planned, request, soonest, ports, time, running } = await leftOpen();
  const plan = await planned('two', request);
  expect(plan).toMatchObject({ decision: 'rotate', successions: [{ retiring: 'cert_acme0' }] });
  time.now += 2_700;
  running.delete('two');
  const execution = { id: 'two', startedAt: plan.plannedAt };
  const halt = { Error: 'ManifestUnavailable', Cause: 's3://manifests/1-projects.json: SlowDown' };
  await release(ports, { execution, request, plan, halt });
  expect(await isIn(set, 'billing')).toBe('refused');
  expect(soonest()).toBeLessThanOrEqual(3_600);
});

it('I10, I11, rule 6: and though it was a run that a person started in between, and that never had a plan', async () => {
  const { down, plan, soonest, ports, time, running } = await leftOpen();
  const execution = { id: 'by-hand', startedAt: instant(time.now) };
  const request = { mode: 'manual' as const };
  await expect(plan('by-hand', request, {}, down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  running.delete('by-hand');
  await release(ports, { execution, request, halt: { Error: 'ApiUnavailable', Cause: 'it is down' } });
  expect(soonest()).toBe(300);
});

it('leaves a cut to the sweep that the plan of a run which halts had nothing to do with: it stands, or is blocked by name', async () => {
  const { plan: planned, soonest, ports, time, running } = await leftOpen();
  const plan = await planned('other');
  time.now += 60;
  running.delete('other');
  const execution = { id: 'other', startedAt: plan.plannedAt };
  const halt = { Error: 'ProbeInconclusive', Cause: 'another client was silent' };
  await release(ports, { execution, request: {}, plan: { ...plan, successions: [] }, halt });
  expect(soonest()).toBe(Number.POSITIVE_INFINITY);
});
