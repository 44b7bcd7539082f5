import { describe, expect, it } from 'vitest';
import { type Metric, NOTHING_BLOCKED } from '../../../lambdas/domain/metrics.ts';
import { release } from '../../../lambdas/release.ts';
import type { Wire } from '../../../simulation/in-process/wire.ts';
import { DAY, failing, type Scene, scene } from '../scene.ts';

const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const broken = {
  emit() {
    throw new Error('no metrics today');
  },
};

/** Returns ports that collect metrics, and the last value of each metric. */
function measuring({ portsWith }: Scene, wire?: Wire) {
  const seen: Record<string, number> = {};
  const emit = (metrics: readonly Metric[]) => {
    for (const { name, value } of metrics) seen[name] = value;
  };
  return { seen, ports: portsWith({ metrics: { emit }, ...(wire && { wire }) }) };
}

/** Acme can be rotated. Globex is due and has no successor. */
const withBlocked = () =>
  scene([
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
    { id: 'cert_globex0', expires: 10, in: ['proj_b'] },
  ]);

/** Ends the rotation of one execution. */
const end = (
  set: Scene,
  ports: Scene['ports'],
  execution: string,
  halt?: { Error: string; Cause: string },
) => {
  set.running.delete(execution);
  const startedAt = new Date(set.time.now * 1000).toISOString();
  return release(ports, { execution: { id: execution, startedAt }, ...(halt && { halt }) });
};

describe('the metrics of a run', () => {
  it('show what is blocked beside what is rotated', async () => {
    const set = await withBlocked();
    const { seen, ports } = measuring(set);
    expect(await set.plan('one', undefined, {}, ports)).toMatchObject({ decision: 'rotate' });
    expect(seen).toEqual({
      BlockedAnchors: 1,
      CompromisedActive: 0,
      DaysToFirstExpiry: 10,
      DaysToFirstBlockedExpiry: 10,
      Warnings: 0,
      StrayNames: 0,
      SecondsSinceSuccess: 0,
      EventsLost: 0,
    });
  });

  it('count the time since a run last succeeded, whatever became of those after it', async () => {
    const set = await scene();
    const { seen, ports } = measuring(set);
    const noAnswer = { Error: 'ApiUnavailable', Cause: 'the API did not answer' };
    // The very first run halts, so the time counts from its end.
    await end(set, ports, 'one', noAnswer);
    expect(seen).toMatchObject({ SecondsSinceSuccess: 0 });
    set.time.now += DAY;
    await end(set, ports, 'two', noAnswer);
    expect(seen).toMatchObject({ SecondsSinceSuccess: DAY });
    set.time.now += DAY + 1;
    await set.plan('three', undefined, {}, ports);
    expect(seen).toMatchObject({ SecondsSinceSuccess: 2 * DAY + 1 });
    await end(set, ports, 'three');
    expect(seen).toMatchObject({ SecondsSinceSuccess: 0, HaltedScopes: 0 });
  });

  it('count the scopes that halted', async () => {
    const set = await scene();
    const { seen, ports } = measuring(set);
    const scopes = ['proj_a', 'proj_b'].map((scope) => ({ scope, error: 'E', cause: 'c' }));
    await end(set, ports, 'one', { Error: 'SuccessorRefused', Cause: JSON.stringify(scopes) });
    expect(seen).toMatchObject({ HaltedScopes: 2 });
  });

  it('fail nothing, whatever they or what is remembered for them come to', async () => {
    const set = await scene();
    const forgetful = failing(({ about }) => about?.startsWith('success') ?? false);
    const ports = set.portsWith({ metrics: broken });
    expect(await set.plan('one', undefined, {}, ports)).toMatchObject({ decision: 'rotate' });
    expect(await set.plan('two', undefined, {}, ports)).toMatchObject({ decision: 'busy' });
    expect(await end(set, ports, 'one')).toEqual({ outcome: 'idle' });
    const { seen, ports: unsure } = measuring(set, forgetful);
    expect(await set.plan('three', undefined, {}, unsure)).toMatchObject({ decision: 'rotate' });
    expect(seen).toMatchObject({ BlockedAnchors: 0, DaysToFirstBlockedExpiry: NOTHING_BLOCKED });
    expect(await end(set, unsure, 'three')).toEqual({ outcome: 'idle' });
    expect(set.world.table.get('lease')?.get('lease')).toMatchObject({ released: true });
  });
});

describe('a sweep that meets a live rotation', () => {
  it('says what is due and blocked by now, and changes nothing (I13)', async () => {
    const set = await withBlocked();
    await set.plan('one');
    set.time.now += 3 * DAY;
    const before = structuredClone(set.world.table);
    const { seen, ports } = measuring(set);
    expect(await set.plan('two', undefined, {}, ports)).toMatchObject({ decision: 'busy' });
    expect(seen).toEqual({
      BlockedAnchors: 1,
      CompromisedActive: 0,
      DaysToFirstExpiry: 7,
      DaysToFirstBlockedExpiry: 7,
      Warnings: 0,
      StrayNames: 0,
      SecondsSinceSuccess: 0,
      UnknownChanges: 0,
    });
    expect(set.entries().at(-1)).toMatchObject({
      event: 'busy',
      detail: {
        successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }],
        blocked: [{ anchor: 'cert_globex0' }],
      },
    });
    for (const remembered of ['lease', 'seen', 'begun', 'soak', 'cut', 'compromised'])
      expect(set.world.table.get(remembered), remembered).toEqual(before.get(remembered));
  });

  it('stays green where it cannot look, and says so', async () => {
    const set = await scene();
    await set.plan('one');
    set.time.now += DAY;
    const { seen, ports } = measuring(
      set,
      failing(({ op }) => op === 'projects'),
    );
    expect(await set.plan('two', undefined, {}, ports)).toMatchObject({ decision: 'busy' });
    expect(seen).toMatchObject({ SecondsSinceSuccess: 0 });
    expect(set.entries().at(-1)).toMatchObject({
      detail: { warnings: [expect.stringMatching(/could not be looked at: \w+: /)] },
    });
  });

  it('leaves every call to an emergency', async () => {
    const set = await scene();
    await set.plan('one', emergency);
    const calls = set.world.organization.calls.length;
    expect(await set.plan('two')).toMatchObject({ decision: 'busy' });
    expect(set.world.organization.calls).toHaveLength(calls);
  });
});

it('I13: an emergency gives no all-clear for what is blocked and is not its affair', async () => {
  const emitted: Metric[] = [];
  const set = await withBlocked();
  const ports = set.portsWith({ metrics: { emit: (metrics) => void emitted.push(...metrics) } });
  const days = () =>
    emitted.flatMap(({ name, value }) => (name === 'DaysToFirstBlockedExpiry' ? Math.round(value) : []));
  await set.plan('sweep', { mode: 'scheduled' }, {}, ports);
  expect(days()).toEqual([10]);
  await set.leases.release('sweep');
  await set.plan('fire', emergency, {}, ports);
  expect(days()).toEqual([10]);
});
