import { expect, it } from 'vitest';
import { LASTING, PASSING, withFewerAttempts } from '../../exhaustive/fewer-attempts.ts';
import type { Definition } from '../../lib/definition.ts';
import { delayOf, type Retrier } from '../../simulation/machine/retries.ts';

const retriers: Retrier[] = [
  {
    ErrorEquals: ['ApiUnavailable'],
    IntervalSeconds: 30,
    BackoffRate: 2,
    MaxDelaySeconds: 300,
    MaxAttempts: 20,
  },
  { ErrorEquals: ['SuccessorRefused'], IntervalSeconds: 5, BackoffRate: 1, MaxAttempts: 2 },
  { ErrorEquals: ['Runtime.ExitError'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 2 },
];
const task = { Type: 'Task' as const, Resource: 'fn', Retry: retriers };
const machine: Definition = {
  StartAt: 'All',
  States: { All: { Type: 'Map', ItemProcessor: { StartAt: 'One', States: { One: task } } }, Last: task },
};

const waits = (retrier: Retrier | undefined) =>
  retrier ? Array.from({ length: retrier.MaxAttempts ?? 3 }, (_, i) => delayOf(retrier, i)) : [];
const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

it.each([LASTING, PASSING])(
  'a machine that tries again %i times begins as soon and waits as long in all',
  (most) => {
    const { All, Last } = withFewerAttempts(machine, most).States;
    expect(All?.ItemProcessor?.States.One?.Retry).toEqual(Last?.Retry);
    const [many, few, death] = (Last?.Retry ?? []) as Retrier[];
    expect(waits(many)).toHaveLength(most);
    expect(waits(many)[0]).toBe(30);
    expect(sum(waits(many))).toBeCloseTo(sum(waits(retriers[0])), 3);
    expect(few).toEqual(retriers[1]);
    expect(death).toMatchObject({ ErrorEquals: ['Runtime.ExitError'], MaxAttempts: 1 });
  },
);
