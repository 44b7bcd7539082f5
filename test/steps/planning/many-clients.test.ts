import { describe, expect, it } from 'vitest';
import { changesIn } from '../../../bin/journal/changes.ts';
import { told } from '../../../bin/journal/journal-detail.ts';
import { asTold } from '../../../lambdas/domain/first-few.ts';
import { entryOf, inLines } from '../../../lambdas/domain/memory/audit.ts';
import { NOW, scene } from '../scene.ts';

/** As many clients as Windlass allows in an organization, with the longest names that it allows. */
const names = Array.from({ length: 5_000 }, (_, i) => String(i).padEnd(128, 'x'));
const fingerprint = 'f'.repeat(64);
const leaves = names.map((client) => ({ client, before: fingerprint, after: fingerprint }));
const execution = { id: 'arn:one', startedAt: new Date(NOW * 1000).toISOString() };
const soakUntil = new Date(NOW * 1000).toISOString();

describe('five thousand clients', () => {
  it('are all in the trail, in as many lines of one event as the table takes', async () => {
    const { journal } = await scene();
    const detail = { promoted: names, alreadyCurrent: [], leaves, soakUntil };
    await journal.record(entryOf({ execution }, NOW - 1, 'promoting', { promoting: names, leaves }));
    await journal.record(entryOf({ execution }, NOW, 'promoted', detail));
    const all = await journal.ofExecution(execution);
    const lines = all.filter(({ event }) => event === 'promoted');
    expect(lines.length).toBeGreaterThan(1);
    for (const { detail: of } of lines) expect(of.soakUntil).toBe(soakUntil);
    const listed = (key: string) => lines.flatMap(({ detail: of }) => of[key] as unknown[]);
    expect(listed('promoted').sort()).toEqual([...names].sort());
    expect(listed('leaves')).toHaveLength(5_000);
    // The history has each client once, and no change that was only intended.
    const changes = changesIn(all.map(told));
    expect(changes.flatMap(({ changed }) => changed)).toHaveLength(5_000);
    expect(changes.every(({ done }) => done)).toBe(true);
  });

  it('make of one that fits no more than a line', () => {
    const entry = entryOf({ execution }, NOW, 'promoted', {
      promoted: ['billing'],
      leaves: leaves.slice(0, 1),
    });
    expect(inLines(entry)).toEqual([entry]);
    // A single long text cannot be split into lines, so the table refuses it.
    const words = entryOf({ execution }, NOW, 'ended', { summary: 'x'.repeat(400_000) });
    expect(inLines(words)).toEqual([words]);
  });

  it('are named in a state as far as two lists of them leave it far below 256 KiB', () => {
    const few = asTold(names);
    expect(few.at(-1)).toBe('and 4500 more');
    expect(JSON.stringify([few, few]).length).toBeLessThan(160 * 1024);
  });
});
