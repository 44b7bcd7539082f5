import { expect, it } from 'vitest';
import { asPlanned } from './as-planned.ts';

it.each([
  ['another Unicode form', 'Zu\u0308rich-root@1', 'Z\u00fcrich-root@2'],
  ['a character that nobody sees', 'acme-root@1', 'acme-root\u200b@2'],
])(
  'where the next generation differs by %s, it is named, and nobody is sent to upload what is listed',
  async (_by, retiring, near) => {
    const planned = await asPlanned(
      [
        { id: 'cert_1', name: retiring, ends: '2026-11-21T00:00:00Z', active: true },
        { id: 'cert_2', name: near, ends: '2027-12-06T00:00:00Z' },
      ],
      '2026-11-02T00:00:00Z',
    );
    expect(planned).toMatchObject({ decision: 'blocked', blocked: [{ anchor: 'cert_1' }] });
    expect(planned.blocked[0]?.reason).toMatch(
      /cert_2.*differs from it only by case, Unicode form or invisible characters: rename it/,
    );
  },
);

it('an older root that lasts for decades is no next generation', async () => {
  const { successions } = await asPlanned(
    [
      { id: 'cert_1', name: 'acme@2025', ends: '2026-11-21T00:00:00Z', active: true },
      { id: 'cert_2', name: 'acme@2026', ends: '2027-12-06T00:00:00Z' },
      { id: 'cert_0', name: 'acme@2015', ends: '2035-01-17T00:00:00Z' },
    ],
    '2026-11-02T00:00:00Z',
  );
  expect(successions).toMatchObject([{ retiring: 'cert_1', successor: 'cert_2' }]);
});
