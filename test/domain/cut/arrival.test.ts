import { describe, expect, it } from 'vitest';
import { expiredAmong, type JustCut, showsArrival } from '../../../lambdas/domain/cut/arrival.ts';

const NOW = 1_800_000_000;
const check = { client: 'billing', project: 'proj_a', secret: 's', successor: 'next', leaf: 'l' };
const successions = ['old', 'older'].map((retiring) => ({ retiring, successor: 'next' }));

describe('an old leaf that is refused shows that a cut has reached the hosts (I10)', () => {
  it.each<[string, string[] | undefined, JustCut, boolean]>([
    ['where all that it leads to was cut', undefined, { deactivated: ['old', 'older'] }, true],
    ['where some of that was, and the rest before', undefined, { deactivated: ['old'] }, true],
    ['not where all of that was cut before', ['older'], { deactivated: ['old'] }, false],
    ['not where nothing was cut just now', undefined, { deactivated: [] }, false],
    ['not where what it leads to has expired', ['old'], { deactivated: ['old'], expired: ['old'] }, false],
    [
      'nor where some of that has: a host may have asked it alone (F7)',
      undefined,
      { deactivated: ['old', 'older'], expired: ['old'] },
      false,
    ],
    ['whatever else has expired', ['older'], { deactivated: ['old', 'older'], expired: ['old'] }, true],
    ['as long as an older version does not say what it has cut', ['old'], undefined, true],
  ])('%s', (_, cutHere, cut, shows) => {
    expect(showsArrival({ ...check, ...(cutHere && { cutHere }) }, { successions }, cut)).toBe(shows);
  });
});

it('I10: what expires within the hour may have by the time that its cut is confirmed, and so may what nobody can read', () => {
  const of = (anchorId: string, expiresAt: number) => ({ anchorId, name: null, expiresAt, active: true });
  const listing = [of('gone', NOW), of('soon', NOW + 3_600), of('later', NOW + 3_601), of('unread', 0)];
  const ids = ['gone', 'soon', 'later', 'unread'];
  expect(expiredAmong(ids, listing, NOW)).toEqual(['gone', 'soon', 'unread']);
  expect(expiredAmong(['later', 'soon'], listing, NOW)).toEqual(['soon']);
});
