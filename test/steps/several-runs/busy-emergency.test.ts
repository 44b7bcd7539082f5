import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { failing, run, type Scene } from '../scene.ts';
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
  // `windlass explain Busy` promises: "A run follows that one within minutes, and cuts what this one has
  // named".
  await release(set.ports, {
    execution: { id: 'two', startedAt },
    request: fire('cert_globex0'),
    ...(halt && { halt }),
  });
  set.running.delete('two');
  // The first emergency is stopped in the console or runs out of time, so it can schedule nothing any more.
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

const busy = { Error: 'Busy', Cause: 'another emergency has the lease' };

/** Returns in how many seconds the next run comes, and since when runs have failed as its request says. */
const next = ({ world, time }: Scene) =>
  Object.entries(world.schedules.times()).map(([name, at]) => ({
    comes: secondsOf(at) - time.now,
    since: Object(world.schedules.requestOf(name)).failingSince,
  }));

/**
 * The ports of a halt. Right before it frees the lease, another emergency ends that was told Busy because of
 * it. `after` happens once the lease is free.
 */
function putOffBy(set: Scene, after: () => Promise<unknown> = async () => {}) {
  const { leases } = set.ports;
  const free = async (id: string) => {
    await release(set.portsWith(), { execution: run('two'), request: fire('cert_globex0'), halt: busy });
    expect(next(set)).toMatchObject([{ comes: 3_600 }]);
    const isFreed = await leases.release(id);
    await after();
    return isFreed;
  };
  return { ...set.ports, leases: { ...leases, release: free } };
}

it.each([
  ['never had a plan', 'ApiUnavailable'],
  ['had one that knew what the other had named', 'ProbeInconclusive'],
])(
  'I16, rule 6: the try of an emergency that halted and %s comes within minutes, though one that was told Busy put it off',
  async (_, error) => {
    const set = await twoAuthorities();
    const request = fire('cert_acme0');
    const execution = run('one');
    const halt = { Error: error, Cause: 'an outage' };
    const down = set.portsWith({ wire: failing(({ op }) => op === 'list') });
    const isDown = error === 'ApiUnavailable';
    await set.journal.rememberCompromised([{ anchorId: 'cert_globex0', namedAt: execution.startedAt }]);
    const plan = await set.plan('one', request, {}, isDown ? down : set.ports).catch(() => undefined);
    expect(plan === undefined).toBe(isDown);
    await release(putOffBy(set), { execution, request, halt, ...(plan && { plan }) });
    expect(next(set)).toEqual([{ comes: 300, since: instant(set.time.now) }]);
    expect(set.entries().at(-1)).toMatchObject({ execution: 'one', event: 'scheduled' });
  },
);

it('but for one that has taken the lease since: that one sets the schedule', async () => {
  const set = await twoAuthorities();
  const request = fire('cert_acme0');
  const plan = await set.plan('one', request);
  const halt = { Error: 'ProbeInconclusive', Cause: 'a host was silent' };
  const taken = putOffBy(set, () => set.ports.leases.take({ execution: 'three', mode: 'scheduled' }));
  await release(taken, { execution: run('one'), request, halt, plan });
  expect(next(set)).toMatchObject([{ comes: 3_600 }]);
});
