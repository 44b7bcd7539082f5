import { describe, expect, it } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { entryOf } from '../../lambdas/domain/memory/audit.ts';
import type { Metric } from '../../lambdas/domain/metrics.ts';
import { release } from '../../lambdas/release.ts';
import { failing, scene, scopeInput } from './scene.ts';

/** A run that has activated a successor, and what its end says of the audit log. */
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
    ['down', () => ({ wire: failing(({ op }) => op === 'audit') }), /could not be read, which says nothing/],
  ])('says that the log is %s, and neither rings nor turns red for it', async (_, prepare, why) => {
    const { outcome, audited, unknown } = await ended(prepare);
    expect({ outcome, unknown }).toEqual({ outcome: 'rotated', unknown: 0 });
    expect(Object(audited).absent).toMatch(why);
  });
});
