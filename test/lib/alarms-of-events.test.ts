import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { haltedMeanwhile, type Metric } from '../../lambdas/domain/metrics.ts';
import { synthesized } from './synthesized.ts';

const template = Template.fromJSON(synthesized().templateOf('acme'));
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);

/** The metrics of one period. An empty list stands for no data. */
type Period = readonly Metric[];

/**
 * Returns how often the alarm that rings most often rings in these consecutive periods. CloudWatch reports a
 * change of state, and never a state that stays.
 */
function ringsOf(periods: readonly Period[]): number {
  const rings = alarms.map(({ MetricName, Threshold, ComparisonOperator, TreatMissingData }) => {
    let isRinging = false;
    let rung = 0;
    for (const period of periods) {
      const value = period.find(({ name }) => name === MetricName)?.value;
      const isOver = ComparisonOperator.startsWith('GreaterThanOrEqual')
        ? (value ?? 0) >= Threshold
        : (value ?? 0) > Threshold;
      const isNow: boolean = value === undefined ? TreatMissingData === 'ignore' && isRinging : isOver;
      if (isNow && !isRinging) rung++;
      isRinging = isNow;
    }
    return rung;
  });
  return Math.max(...rings);
}

/** A day of periods without data. */
const silence = Array<Period>(12).fill([]);

describe('an event rings, though the one before it rings still', () => {
  it.each(['UnknownChanges', 'EventsLost'] as const)(
    '%s of one day and the next: each is told once',
    (name) => {
      const day = (value: number) => [[{ name, value }], ...silence];
      expect(ringsOf([...day(0), ...day(1), ...day(2), ...day(0)])).toBe(2);
    },
  );

  it('a cut that cannot be undone rings at once, though the run of the day before has halted as well (I10, I13)', () => {
    const yesterday: Period = [{ name: 'HaltedScopes', value: 2 }];
    // One scope is left outside, and its wave goes on for hours before `Failed` can ring. Hours later a
    // second scope is left outside.
    expect(ringsOf([yesterday, ...silence, haltedMeanwhile(1), ...silence, haltedMeanwhile(1)])).toBe(2);
  });
});
