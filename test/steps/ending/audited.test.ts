import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { plan as planStep } from '../../../lambdas/plan.ts';
import { release } from '../../../lambdas/release.ts';
import { DAY, failing, NOW, type Scene, scene, scopeInput } from '../scene.ts';

/**
 * Ends a run that has activated a successor. Returns its outcome, what the end found in the audit log, and
 * the metric of unknown changes.
 */
async function ended(prepare: (set: Awaited<ReturnType<typeof scene>>) => unknown = () => {}) {
  const set = await scene();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  const { wire } = Object(await prepare(set));
  const emitted: Metric[] = [];
  const metrics = { emit: (all: readonly Metric[]) => void emitted.push(...all) };
  const on = set.portsWith({ ...(wire && { wire }), metrics });
  const { outcome } = await release(on, { execution: input.execution, plan });
  const audited = set.entries().find(({ event }) => event === 'audited')?.detail;
  return { outcome, audited, unknown: emitted.find(({ name }) => name === 'UnknownChanges')?.value };
}

describe('the end of a run (F19)', () => {
  it('finds its own changes in the audit log', async () => {
    expect(await ended()).toMatchObject({
      ...{ outcome: 'rotated', unknown: 0 },
      audited: { found: 1, missing: 0, ours: ['key_windlass'], others: [], unknown: [] },
    });
  });

  it('rings for what was done with our key and is in no journal, and names what others did', async () => {
    const strange = await ended(({ world }) => {
      world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');
      world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    });
    expect(strange).toMatchObject({
      ...{ outcome: 'rotated', unknown: 1 },
      audited: {
        unknown: [{ who: 'key_windlass', what: 'certificates.activated cert_acme0 in proj_b' }],
        others: [{ who: 'key_outsider', what: 'certificates.deactivated cert_acme0 in proj_a' }],
      },
    });
  });

  it('knows what a long run changed lately, however much it wrote, and however many runs began after it', async () => {
    const late = await ended(async ({ world, ports }) => {
      const now = ports.clock();
      const [long, short] = [8, 7].map((days) => ({
        execution: { id: `began ${days} days ago`, startedAt: instant(now - days * 86_400) },
      }));
      if (!long || !short) throw new Error('two runs');
      await ports.journal.record(entryOf(short, now - 7 * 86_400, 'planned', {}));
      world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');
      await ports.journal.record(
        entryOf(long, now - 60, 'activating', { activating: ['cert_acme0'], before: [] }, 'proj_b'),
      );
      for (let n = 0; n < 2_500; n++)
        await ports.journal.record(entryOf(long, now - 30, 'verified', { verdict: 'ok', n }, `proj_${n}`));
    });
    expect(late).toMatchObject({ unknown: 0, audited: { found: 2, unknown: [] } });
  });

  it.each<[string, Parameters<typeof ended>[0], RegExp]>([
    ['switched off', ({ world }) => Object.assign(world.auditLog, { isOn: false }), /switched off, or late/],
    ['late', ({ world }) => Object.assign(world.auditLog, { late: 3_600 }), /switched off, or late/],
    [
      'closed to the key',
      ({ world }) => void world.broken.add('without the audit log'),
      /closed to the admin key/,
    ],
    [
      'refused to a key that is no longer good',
      ({ world }) => void world.broken.add('admin key'),
      /could not be read, which says nothing: .*401/,
    ],
    ['down', () => ({ wire: failing(({ op }) => op === 'audit') }), /could not be read, which says nothing/],
  ])('says that the log is %s, and neither rings nor turns red for it', async (_, prepare, why) => {
    const { outcome, audited, unknown } = await ended(prepare);
    expect({ outcome, unknown }).toEqual({ outcome: 'rotated', unknown: 0 });
    expect(Object(audited).absent).toMatch(why);
  });
});

/**
 * A rotation that soaks for seven days beside a sweep each day. Only its end reads the log of that week,
 * unless a sweep does. `beside` is what somebody does on a given day, before that day's sweep.
 */
async function soaked(
  beside: Readonly<Record<number, (set: Scene) => void>>,
  prepare: (set: Scene) => void = () => {},
) {
  const set = await scene();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  prepare(set);
  const rings: number[] = [];
  const metrics = {
    emit: (all: readonly Metric[]) =>
      rings.push(...all.filter(({ name }) => name === 'UnknownChanges').map(({ value }) => value)),
  };
  const on = set.portsWith({ metrics, running: (execution) => execution === 'one' });
  for (let day = 1; day <= 7; day++) {
    set.time.now = NOW + day * DAY;
    beside[day]?.(set);
    if (day === 7) break;
    set.time.now += 60;
    const { decision } = await planStep(on, {
      request: { mode: 'scheduled' },
      execution: { id: `sweep ${day}`, startedAt: instant(set.time.now) },
      configuration: { policy: policySchema.parse({}) },
    });
    expect(decision).toBe('busy');
  }
  await deactivate(set.ports, input);
  await release(on, { execution: input.execution, plan });
  const told = set.entries().flatMap(({ event, execution, detail }) => {
    const { unknown = [] } = Object(detail);
    return event === 'audited' ? unknown.map(({ what }: { what: string }) => `${execution}: ${what}`) : [];
  });
  return { told, rings };
}

describe('a soak of a week (F19)', () => {
  const steal = (set: Scene) =>
    void set.world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');

  it.each([1, 2, 3, 4, 5, 6])(
    'has what was done with our key on day %i told and rung by that day’s sweep, once',
    async (day) => {
      const { told, rings } = await soaked({ [day]: steal });
      expect(told).toEqual([`sweep ${day}: certificates.activated cert_acme0 in proj_b`]);
      expect(rings).toEqual([1, 2, 3, 4, 5, 6, 7].map((one) => (one === day ? 1 : 0)));
    },
  );

  it('has it told at its end where the log was closed meanwhile', async () => {
    const { told } = await soaked(
      {
        2: steal,
        7: ({ world }) => void world.broken.delete('without the audit log'),
      },
      ({ world }) => void world.broken.add('without the audit log'),
    );
    expect(told).toEqual(['one: certificates.activated cert_acme0 in proj_b']);
  });

  it('rings nothing where the log is off, and each sweep goes on', async () => {
    const { told, rings } = await soaked({ 2: steal }, ({ world }) =>
      Object.assign(world.auditLog, { isOn: false }),
    );
    expect({ told, rings: new Set(rings) }).toEqual({ told: [], rings: new Set([0]) });
  });

  it('looks no further back than a month, and rings for nothing of before the journal begins', async () => {
    const set = await scene();
    const plan = await set.plan('one');
    await activate(set.ports, scopeInput('one', plan));
    const asked: number[] = [];
    const audit = {
      changes: async (since: number) => {
        asked.push(since);
        const { changes } = await set.ports.audit.changes(since);
        const before = changes.map((one) => ({ ...one, id: 'before', at: NOW - DAY, scope: 'proj_b' }));
        return { changes: [...changes, ...before], wholeSince: since };
      },
    };
    for (const days of [1, 40]) {
      set.time.now = NOW + days * DAY;
      await release({ ...set.ports, audit }, { execution: scopeInput('one', plan).execution, plan });
    }
    expect(asked).toEqual([NOW - 29 * DAY, NOW + 10 * DAY]);
    const told = set.entries().filter(({ event }) => event === 'audited');
    expect(told[0]?.detail).toMatchObject({ found: 1, unknown: [] });
  });

  it('rings for nothing that another run writes down and does while the log is read', async () => {
    const set = await scene();
    const plan = await set.plan('one');
    await activate(set.ports, scopeInput('one', plan));
    const emitted: Metric[] = [];
    const metrics = { emit: (all: readonly Metric[]) => void emitted.push(...all) };
    const other = { execution: { id: 'two', startedAt: instant(NOW) } };
    const audit = {
      changes: async (since: number) => {
        const intended = { activating: ['cert_acme0'], before: [] };
        await set.journal.record(entryOf(other, NOW, 'activating', intended, 'proj_b'));
        set.world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');
        return set.ports.audit.changes(since);
      },
    };
    await release(
      { ...set.portsWith({ metrics }), audit },
      { execution: scopeInput('one', plan).execution, plan },
    );
    expect(emitted.find(({ name }) => name === 'UnknownChanges')?.value).toBe(0);
  });

  it('begins again where a look has not come to the end of the log, and says so', async () => {
    const set = await scene();
    const plan = await set.plan('one');
    const { execution } = scopeInput('one', plan);
    await activate(set.ports, scopeInput('one', plan));
    const asked: number[] = [];
    const audit = {
      changes: async (since: number) => {
        asked.push(since);
        const logged = await set.ports.audit.changes(since);
        return asked.length === 1 ? { ...logged, wholeSince: NOW } : logged;
      },
    };
    await set.ports.journal.rememberLook(NOW - 3 * DAY);
    await set.ports.journal.record(entryOf({ execution }, NOW - 9 * DAY, 'planned', {}));
    for (const days of [1, 2, 3]) {
      set.time.now = NOW + days * DAY;
      await release({ ...set.ports, audit }, { execution, plan });
    }
    expect(asked).toEqual([NOW - 5 * DAY, NOW - 5 * DAY, NOW]);
    const said = set
      .entries()
      .flatMap(({ event, detail }) => (event === 'audited' ? [Object(detail).absent] : []));
    expect(said).toEqual([
      expect.stringContaining(`before ${instant(NOW)} was not read`),
      undefined,
      undefined,
    ]);
  });
});
