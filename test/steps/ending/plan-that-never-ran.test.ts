import { expect, it } from 'vitest';
import { rememberNamed } from '../../../lambdas/adapters/table/named/remember-named.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { DAY, failing, type Scene, scene } from '../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
/** The error of Step Functions for a Plan that Lambda refused to run eight times within a few minutes. */
const throttled = { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' };

const about = (set: Scene, id: string) => ({ id, startedAt: instant(set.time.now) });

/** A scene after last night's sweep, which went well and freed the lease. */
async function afterASweep() {
  const set = await scene();
  await set.plan('sweep');
  await release(set.ports, { execution: about(set, 'sweep'), request: { mode: 'scheduled' } });
  set.running.delete('sweep');
  set.world.schedules.clear();
  set.time.now += DAY / 2;
  return set;
}

const soonest = ({ world, time }: Scene): number =>
  Math.min(...Object.values(world.schedules.times()).map(secondsOf)) - time.now;

it('rule 6, I16: an emergency is followed by a run within minutes, though Lambda was throttled for as long as Plan was tried', async () => {
  const set = await afterASweep();
  await release(set.ports, { execution: about(set, 'fire'), request: emergency, halt: throttled });
  expect(soonest(set)).toBeLessThanOrEqual(3_600);
});

it.each([
  ['Lambda was throttled for as long as Plan was tried', throttled],
  ['its role was not allowed the table for as long', { Error: 'AwsRefused', Cause: 'AccessDeniedException' }],
  ['the table was silent for as long', { Error: 'JournalUnavailable', Cause: '503' }],
  ['its environment was another version’s for as long', { Error: 'InvalidConfiguration', Cause: 'no table' }],
])('I15: what an emergency named is remembered, though %s', async (_, halt) => {
  const set = await afterASweep();
  await release(set.ports, { execution: about(set, 'fire'), request: emergency, halt });
  const named = await set.ports.journal.compromised();
  expect(named.map(({ anchorId }) => anchorId)).toEqual(['cert_acme0']);
});

it('I16, rule 6: what an emergency left is tried again within minutes, though one of the runs that follow it could not run its Plan', async () => {
  const set = await afterASweep();
  const plan = await set.plan('fire', emergency);
  const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };
  await release(set.ports, { execution: about(set, 'fire'), request: emergency, plan, halt });
  set.running.delete('fire');
  expect(soonest(set)).toBe(300);
  // A schedule fires once and deletes itself.
  const [name = ''] = Object.keys(set.world.schedules.times());
  const request = requestSchema.parse(set.world.schedules.requestOf(name));
  set.world.schedules.clear();
  set.time.now += 600;
  await release(set.ports, { execution: about(set, 'retry'), request, halt: throttled });
  expect(soonest(set)).toBeLessThanOrEqual(3_600);
});

it('I16, rule 6: so it is while another rotation has the lease, and soaks for days', async () => {
  const set = await scene();
  await set.plan('soaking');
  await release(set.ports, { execution: about(set, 'fire'), request: emergency, halt: throttled });
  expect(soonest(set)).toBe(300);
});

it('leaves the schedule as it is, and remembers nothing, where Plan has refused what a request names', async () => {
  const set = await afterASweep();
  const unheardOf = { ...emergency, anchors: ['cert_mistyped'] };
  await expect(set.plan('fire', unheardOf)).rejects.toMatchObject({ name: 'UnknownAnchor' });
  const halt = { Error: 'UnknownAnchor', Cause: 'nobody knows cert_mistyped' };
  await release(set.ports, { execution: about(set, 'fire'), request: unheardOf, halt });
  expect(set.world.schedules.times()).toEqual({});
  expect(await set.ports.journal.compromised()).toEqual([]);
});

it.each([
  ['its end, where Plan could not reach the table later on', { Error: 'JournalUnavailable', Cause: '503' }],
  ['its end, where Plan was not run again', throttled],
  ['what follows a run that failed in Release', null],
])('I15: what a person has taken back is not named once more by %s', async (_, halt) => {
  const set = await afterASweep();
  const execution = about(set, 'fire');
  const down = set.portsWith({ wire: failing(({ op }) => op === 'list') });
  await expect(set.plan('fire', emergency, {}, down)).rejects.toMatchObject({ name: 'ApiUnavailable' });
  await set.ports.journal.forgetCompromised(['cert_acme0']);
  set.running.delete('fire');
  await (halt
    ? release(set.ports, { execution, request: emergency, halt })
    : release(set.ports, failedIn(execution)));
  expect(await set.ports.journal.compromised()).toEqual([]);
});

it('I15: what an emergency named is remembered, though neither its Plan nor its end could write that down', async () => {
  const set = await afterASweep();
  const execution = about(set, 'fire');
  const mute = set.portsWith({
    wire: failing(({ op, about }) => op === 'journal' && about === 'compromised'),
  });
  const ended = release(mute, { execution, request: emergency, halt: throttled });
  await expect(ended).rejects.toMatchObject({ name: 'JournalUnavailable' });
  await release(set.ports, failedIn(execution));
  expect(await set.ports.journal.compromised()).toMatchObject([{ anchorId: 'cert_acme0' }]);
});

it('I16, rule 6: what an emergency names is come for within minutes, though Plan has refused what it asks beside', async () => {
  const set = await afterASweep();
  const asking = (of: string) =>
    Array.from({ length: 5_000 }, (_, i) => `batch-worker-${of}-${String(i).padStart(6, '0')}-production`);
  for (const of of ['eu', 'ap'])
    await rememberNamed(set.ports, { ...emergency, leaveBehind: asking(of) }, about(set, of));
  const request = { ...emergency, leaveBehind: asking('us') };
  const execution = about(set, 'fire');
  await expect(set.plan('fire', request)).rejects.toMatchObject({ name: 'InvalidRequest' });
  const known = await set.ports.journal.compromised();
  set.time.now += 60;
  const halt = { Error: 'InvalidRequest', Cause: 'no room' };
  await release(set.ports, { execution, request, halt });
  expect(soonest(set)).toBe(300);
  // Plan has named the anchor already, so Release does not name it again.
  expect(await set.ports.journal.compromised()).toEqual(known);
  // A request that cannot be read names no anchor.
  set.world.schedules.clear();
  await release(set.ports, { execution: about(set, 'typo'), request: { mode: 'fire' }, halt });
  expect(set.world.schedules.times()).toEqual({});
});

/** The event that EventBridge sends of a run that failed past every Catch. */
const failedIn = ({ id, startedAt }: { id: string; startedAt: string }) => ({
  detail: {
    ...{ executionArn: id, status: 'FAILED', startDate: Date.parse(startedAt) },
    input: JSON.stringify(emergency),
  },
});
