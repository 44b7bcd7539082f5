import { expect, it } from 'vitest';
import { isAtItsCut } from '../../../lambdas/adapters/table/at-its-cut.ts';
import { instant } from '../../../lambdas/domain/instant.ts';

const NOW = 1_800_000_000;

/**
 * Whether a rotation that took the lease a minute ago counts as at its cut, where a cut was written down
 * `secondsAgo` seconds ago.
 */
const isAt = (secondsAgo: number): Promise<boolean> => {
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', scope: 'proj_a', compromised: false };
  const cuts = async () => [{ ...pair, cutAt: instant(NOW - secondsAgo) }];
  return isAtItsCut({ cuts }, { takenAt: instant(NOW - 60) }, { stale: [], now: NOW });
};

it('I10: a rotation is at its cut, though the function that cuts has a clock that is behind that of its plan', async () => {
  expect(await isAt(30)).toBe(true);
  expect(await isAt(180)).toBe(true);
});

it('and not for what an earlier run cut, and left', async () => {
  expect(await isAt(3_600)).toBe(false);
});

it('I10: what was put back since its cut is none, and what was cut again in that scope after it is one', async () => {
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', scope: 'proj_a', compromised: false };
  const cutAt = (secondsAgo: number) => ({ ...pair, cutAt: instant(NOW - secondsAgo) });
  const cuts = async () => [cutAt(10)];
  const lease = { takenAt: instant(NOW - 60) };
  expect(await isAtItsCut({ cuts }, lease, { stale: [cutAt(10)], now: NOW })).toBe(false);
  expect(await isAtItsCut({ cuts }, lease, { stale: [cutAt(50)], now: NOW })).toBe(true);
});
