import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { comingOf } from '../../../lambdas/domain/succession/coming.ts';
import { isFit } from '../../../lambdas/domain/succession/fitness.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

it('rule 2, I13: whose leaf of the next generation is staged, and begins to be valid tomorrow, is not told to stage one of an anchor that ends two days after the retiring one', () => {
  const next = { ...anchor('cert_next', 'acme@2027', 400), validAt: NOW + DAY };
  const planned = plan({
    inventory: inventoryOf(
      [anchor('cert_old', 'acme@2025', 20), anchor('cert_sibling', 'acme@2026', 22), next],
      {
        proj_a: ['cert_old'],
        proj_b: ['cert_sibling'],
      },
    ),
    ...{ policy: policyOf({}), request: { mode: 'scheduled' }, now: NOW },
    clients: [
      client('billing', 'proj_a', 'cert_old', 'cert_next'),
      client('search', 'proj_b', 'cert_sibling', 'cert_next'),
    ],
  });
  const told = planned.blocked.filter((one) => one.anchor === 'cert_old');
  // Billing only has to wait until tomorrow, and the reason names no other leaf.
  expect(told.map(({ reason }) => reason).join()).not.toContain(
    'stage a leaf for client billing that chains to cert_sibling',
  );
  expect(told).toMatchObject([{ readyAt: NOW + DAY }]);
});

it.each([
  [
    'is not waited for where it begins to be valid no earlier than the safety margin before the expiry',
    0,
    undefined,
  ],
  ['is waited for where it begins a second earlier', -1, NOW + 18 * DAY - 1],
])('rule 2: what is staged %s', (_, seconds, readyAt) => {
  const [old, next] = [anchor('cert_old', 'acme@2025', 20), anchor('cert_next', 'acme@2027', 400)];
  const coming = { ...next, validAt: NOW + 18 * DAY + seconds };
  const facts = {
    inventory: inventoryOf([old, coming], { proj_a: ['cert_old'] }),
    ...{ policy: policyOf({}), request: { mode: 'scheduled' as const }, now: NOW },
    clients: [client('billing', 'proj_a', 'cert_old', 'cert_next')],
  };
  expect(comingOf([coming], old, facts)?.readyAt).toBe(readyAt);
});

it('rule 2: a successor outlives the lead time from now, and does not only end with it', () => {
  const old = anchor('cert_old', 'acme@2025', 20);
  const facts = {
    inventory: inventoryOf([old], { proj_a: ['cert_old'] }),
    ...{ policy: policyOf({}), request: { mode: 'scheduled' as const }, now: NOW },
  };
  const ending = (seconds: number) => ({
    ...anchor('cert_next', 'acme@2026', 30),
    expiresAt: NOW + 30 * DAY + seconds,
  });
  expect([0, 1].map((seconds) => isFit(ending(seconds), old, facts))).toEqual([false, true]);
});
