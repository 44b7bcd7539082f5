import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { haltedScopes, NOTHING_BLOCKED, planMetrics, sinceSuccess } from '../../../lambdas/domain/metrics.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { anchor, DAY, inventoryOf, NOW } from '../organizations.ts';

const blockedBy = (...anchors: string[]): Plan['blocked'] =>
  anchors.map((id) => ({ anchor: id, reason: 'why' }));

const anchors = [
  anchor('cert_soon', 'acme@1', 5),
  anchor('cert_later', 'globex@1', 200),
  anchor('cert_spare', 'acme@2', 2),
];
const inventory = inventoryOf(anchors, { proj_a: ['cert_soon'], proj_b: ['cert_later'] });

const mode = 'scheduled' as const;
const valuesOf = (decided: Pick<Plan, 'blocked' | 'warnings'>, about = inventory, now = NOW) =>
  Object.fromEntries(
    planMetrics({ inventory: about, now }, { mode, ...decided }).map(({ name, value }) => [name, value]),
  );

describe('the metrics of a plan', () => {
  it('count anchors, not entries, and the first expiry of what is active anywhere', () => {
    const decided = { blocked: blockedBy('cert_later', 'cert_later', 'cert_soon'), warnings: ['one'] };
    expect(valuesOf(decided)).toEqual({
      BlockedAnchors: 2,
      DaysToFirstExpiry: 5,
      DaysToFirstBlockedExpiry: 5,
      Warnings: 1,
      StrayNames: 0,
    });
  });

  it('show a blocked anchor beside one that expires sooner and is not blocked', () => {
    expect(valuesOf({ blocked: blockedBy('cert_later') })).toMatchObject({
      DaysToFirstExpiry: 5,
      DaysToFirstBlockedExpiry: 200,
    });
  });

  it('are far away where nothing is blocked, so that an alarm ends, and of no expiry where nothing is active', () => {
    expect(valuesOf({ blocked: [] })).toMatchObject({
      BlockedAnchors: 0,
      DaysToFirstBlockedExpiry: NOTHING_BLOCKED,
      Warnings: 0,
      StrayNames: 0,
    });
    const stray = planMetrics(
      { inventory, now: NOW, warnings: ['no such anchor'] },
      { mode, blocked: [], warnings: ['a', 'b'] },
    );
    expect(stray.filter(({ name }) => /Warnings|StrayNames/.test(name)).map(({ value }) => value)).toEqual([
      2, 1,
    ]);
    expect(valuesOf({ blocked: [] }, inventoryOf(anchors, { proj_a: [] }))).not.toHaveProperty(
      'DaysToFirstExpiry',
    );
  });

  it('count what is blocked though no listing has it', () => {
    expect(valuesOf({ blocked: blockedBy('cert_gone') })).toMatchObject({
      BlockedAnchors: 1,
      DaysToFirstBlockedExpiry: NOTHING_BLOCKED,
    });
  });

  // At each of these values an alarm begins to ring, and it compares with exactly the same quotient.
  it.each([
    ['the lead time', 30 * DAY],
    ['the safety margin', 2 * DAY],
    ['a day', DAY],
    ['its expiry', 0],
    ['a lead time that is no whole number of days', 30 * DAY + 5],
  ])('are exact to the second at %s', (_, left) => {
    const at = (seconds: number) =>
      valuesOf({ blocked: blockedBy('cert_later') }, inventory, NOW + 200 * DAY - seconds)
        .DaysToFirstBlockedExpiry ?? Number.NaN;
    expect(at(left)).toBe(left / DAY);
    expect(at(left + 1)).toBeGreaterThan(left / DAY);
    expect(at(left - 1)).toBeLessThan(left / DAY);
  });

  it('go on below zero once an anchor has expired', () => {
    expect(valuesOf({ blocked: blockedBy('cert_soon') }, inventory, NOW + 7 * DAY)).toMatchObject({
      DaysToFirstExpiry: -2,
      DaysToFirstBlockedExpiry: -2,
    });
  });
});

describe('the metrics of an end', () => {
  const halts = (count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, i) => ({ scope: `p${i}`, error: 'E', cause: 'c' })));

  it.each([
    ['a wave that halted', halts(3), 3],
    [
      'one whose clients could not be looked after',
      `${halts(2)}; the clients could not all be looked after`,
      2,
    ],
  ])('count the scopes of %s', (_, Cause, value) => {
    expect(haltedScopes({ Cause }, mode)).toEqual([{ name: 'HaltedScopes', value }]);
  });

  it('are none of scopes where the halt was no scope’s, and zero where nothing halted', () => {
    expect(haltedScopes({ Cause: '{"errorMessage":"the API did not answer"}' }, mode)).toEqual([]);
    expect(haltedScopes({ Cause: '[half' }, mode)).toEqual([]);
    expect(haltedScopes(undefined, mode)).toEqual([{ name: 'HaltedScopes', value: 0 }]);
  });

  it('are none of scopes where an emergency ended well: it looked at what it names alone', () => {
    expect(haltedScopes(undefined, 'emergency')).toEqual([]);
    expect(haltedScopes({ Cause: halts(2) }, 'emergency')).toEqual([{ name: 'HaltedScopes', value: 2 }]);
  });

  it.each([
    ['two days ago', 2 * DAY, 2 * DAY],
    ['a second more', 2 * DAY + 1, 2 * DAY + 1],
    ['now', 0, 0],
    ['by a clock that was ahead', -30, 0],
  ])('say that the last success was %s', (_, ago, value) => {
    expect(sinceSuccess(instant(NOW - ago), NOW)).toEqual({ name: 'SecondsSinceSuccess', value });
  });
});
