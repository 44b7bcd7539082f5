import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, instant, secondsOf, withMilliseconds } from '../../../lambdas/domain/instant.ts';

describe('an instant', () => {
  it('is written in UTC, with its milliseconds', () => {
    expect(instant(1_795_392_000)).toBe('2026-11-23T00:00:00.000Z');
    expect(dayOf(1_795_392_000 + 86_399)).toBe('2026-11-23');
  });

  it('is read as it is written', () =>
    fc.assert(
      fc.property(fc.nat({ max: 253_402_300_799 }), (seconds) => {
        expect(secondsOf(instant(seconds))).toBe(seconds);
      }),
    ));

  it('has its milliseconds where somebody has left them out, and no others', () => {
    expect(withMilliseconds('2027-01-15T08:00:00Z')).toBe('2027-01-15T08:00:00.000Z');
    expect(withMilliseconds('2027-01-15T08:00:00.123Z')).toBe('2027-01-15T08:00:00.123Z');
    expect(withMilliseconds('soon')).toBe('soon');
  });

  it('is no number where nothing can be read', () => expect(secondsOf('soon')).toBeNaN());
});
