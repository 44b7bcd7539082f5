import { expect, it } from 'vitest';
import { decideTakingBack, describeTurnedAway } from '../../../lambdas/domain/witnesses/taking-back.ts';
import { anchor, NOW } from '../organizations.ts';

const ours = anchor('cert_new', 'acme@2', 400, true);
const decided = (inherited: Parameters<typeof decideTakingBack>[0]['inherited']) =>
  decideTakingBack({
    ...{ ours: ['cert_new'], depended: new Set(), listing: [ours], inherited, hold: [], now: NOW },
  });

it.each([
  ['the organization has one that lets somebody in', anchor('cert_x', 'globex@1', 90, true), true],
  ['the organization has one that is not active', anchor('cert_x', 'globex@1', 90, false), false],
  ['the organization has one that has expired', anchor('cert_x', 'globex@1', 0, true), false],
])(
  'I2: the last anchor of a project’s own is taken back where %s, and else stays',
  (_, other, isTakenBack) => {
    const { takeBack, left } = decided([other]);
    expect(takeBack).toEqual(isTakenBack ? ['cert_new'] : []);
    expect(left).toHaveLength(isTakenBack ? 0 : 1);
  },
);

it('I13: the halt tells each client once that was turned away, with all that was to let it in', () => {
  const seen = [
    { client: 'search', by: ['cert_a'] },
    { client: 'billing', by: ['cert_b'] },
    { client: 'search', by: ['cert_c', 'cert_a'] },
  ];
  expect(describeTurnedAway(seen)).toBe(
    '; clients were turned away there as well: search by cert_a or cert_c, billing by cert_b',
  );
});
