import { expect, it } from 'vitest';
import { rotationOf } from '../../../bin/journal/rotations.ts';
import { activate } from '../../../lambdas/activate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { journalEntrySchema } from '../../../lambdas/domain/memory/journal.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { release } from '../../../lambdas/release.ts';
import { scene, scopeInput } from '../scene.ts';

/**
 * Ends a run while somebody else has used our key. With `isLost`, the journal fails to record when the log
 * was looked at, which is the last thing that Release writes.
 */
async function ended(isLost = true) {
  const set = await scene();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  await activate(set.ports, input);
  set.world.organization.toggle('proj_b', 'activate', ['cert_acme0'], 'windlass');
  const rings: number[] = [];
  const metrics = {
    emit: (all: readonly Metric[]) =>
      void rings.push(...all.flatMap(({ name, value }) => (name === 'UnknownChanges' ? value : []))),
  };
  const ports = set.portsWith({ metrics });
  let isDown = isLost;
  const journal: typeof ports.journal = {
    ...ports.journal,
    async rememberLook(at) {
      if (isDown) throw new WindlassError('JournalUnavailable', 'throttled');
      await ports.journal.rememberLook(at);
    },
  };
  const on = { ...ports, journal };
  await release(on, { execution: input.execution, plan });
  isDown = false;
  set.time.now += 86_400;
  const later = { id: 'two', startedAt: new Date(set.time.now * 1000).toISOString() };
  await release(on, { execution: later, plan: { ...plan, decision: 'idle' } });
  const entries = set.entries().map((entry) => journalEntrySchema.parse(entry));
  const own = entries.filter(({ execution }) => execution === 'one');
  return { rings, audit: rotationOf(own).audit };
}

it('F19, I13: what was done with our key rings once at least, though the time of the look could not be written down', async () => {
  const { rings } = await ended();
  expect(Math.max(...rings)).toBe(1);
});

it('F19: history names what was done with our key, though the time of the look could not be written down', async () => {
  const { audit } = await ended();
  expect(audit?.unknown).toHaveLength(1);
});

it('control: it rings and is named where that could be written down', async () => {
  const { rings, audit } = await ended(false);
  expect({ rings, unknown: audit?.unknown.length }).toEqual({ rings: [1, 0], unknown: 1 });
});
