import { expect, it } from 'vitest';
import { inOrder } from '../../../lambdas/domain/memory/in-order.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';

const at = (minute: number): string => `2026-11-02T00:${String(minute).padStart(2, '0')}:00.000Z`;

/**
 * A line of the run `execution` that began in minute `began`. `now` is the minute on the clock of the
 * function that wrote it.
 */
const line = (
  execution: string,
  began: number,
  event: JournalEntry['event'],
  { now = 0, ...more }: { now?: number; token?: number } = {},
): JournalEntry => ({ execution, startedAt: at(began), at: at(now), event, detail: {}, ...more });

/** Lines in the order that they have to be read in. */
const ORDERS: [rule: string, lines: JournalEntry[]][] = [
  [
    'one run after the other, whatever their clocks say',
    [line('a', 1, 'undoing', { now: 9, token: 1 }), line('b', 2, 'activating', { now: 5, token: 2 })],
  ],
  [
    'by the lease that they had, where the first to begin had it last',
    [line('b', 2, 'undoing', { token: 1 }), line('a', 1, 'activating', { token: 2 })],
  ],
  [
    'by when they began, where they are of an older version, and before all that say their turn',
    [line('b', 2, 'activating'), line('c', 3, 'undoing'), line('a', 1, 'activating', { token: 7 })],
  ],
  [
    'those of one run that was deployed to in between, in the order in which it wrote them',
    [line('a', 1, 'activating'), line('b', 2, 'planned'), line('a', 1, 'undoing', { token: 7 })],
  ],
  [
    'those of one run in the order of the sentence, and only then by their times',
    [
      line('a', 1, 'activating', { now: 8, token: 1 }),
      line('a', 1, 'undoing', { now: 4, token: 1 }),
      line('a', 1, 'undoing', { now: 6, token: 1 }),
    ],
  ],
];

it.each(ORDERS)('lines of the trail are read %s', (_, lines) => {
  expect(lines.toReversed().toSorted(inOrder)).toEqual(lines);
});
