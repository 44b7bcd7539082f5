import { describe, expect, it } from 'vitest';
import { announce } from '../../../lambdas/adapters/aws/run-events.ts';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { doors, outcomes } from './doors.ts';

const event = {
  kind: 'ended' as const,
  detail: {
    ...{
      version: 1 as const,
      execution: 'one',
      startedAt: 'then',
      at: 'now',
      outcome: 'rotated',
      summary: 's',
    },
    ...{
      successions: [],
      successionCount: 0,
      scopeCount: 1,
      blocked: [],
      blockedCount: 0,
      nextRotationAt: null,
    },
  },
};

/** Whether the event counts as lost after each fault. It may be on the bus all the same. */
const lost = outcomes({
  timeout: 'lost',
  reset: 'lost',
  'lost-reply': 'lost',
  429: 'lost',
  500: 'lost',
  503: 'lost',
  page: 'lost',
  malformed: 'lost',
  slow: 'put',
  'crash-before': 'dies',
  'crash-after': 'dies',
});

describe.each(doors)('an event of a run, $name', ({ open }) => {
  it('is on the bus', async () => {
    const { world, events } = await open();
    await events.put(event);
    expect(world.events.all()).toMatchObject([{ source: 'windlass', detail: { execution: 'one' } }]);
  });

  it.each(lost)('stops nobody after %s: %s', async (fault, outcome) => {
    const { under } = await open();
    let value: number | undefined;
    const emit = (metrics: readonly Metric[]) => {
      value = metrics[0]?.value;
    };
    const end = await under(fault, ({ events }) => announce({ events, metrics: { emit } }, event));
    expect(end).toBe(outcome === 'dies' ? 'dies' : 'answers');
    if (outcome !== 'dies') expect(value).toBe(outcome === 'lost' ? 1 : 0);
  });
});
