import { expect, it } from 'vitest';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { shutsItselfOut } from '../../../lambdas/domain/blocked/own-way-in.ts';
import { anchor, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [old, fresh] = [anchor('cert_old', 'acme@1', -1), anchor('cert_new', 'acme@2', 400)];
const pair = { authority: 'acme', retiring: old, successor: fresh, scopes: [ORGANIZATION] };
const inventory = inventoryOf([old, fresh, anchor('cert_x', 'globex@1', 900)], {
  [ORGANIZATION]: ['cert_old', 'cert_x'],
});

it.each([
  ['has a way in by another anchor that it has a path to', ['cert_old', 'cert_x'], null],
  [
    'has none by one that it only names: its path is over, or none (I19)',
    ['cert_old'],
    /has no other way in/,
  ],
])('F10: after the organization’s cut the admin credential %s', (_, paths, told) => {
  const both = leaf('windlass', 'cert_old', 'cert_x');
  const validUntil = Object.fromEntries(Object.entries(both.validUntil).filter(([id]) => paths.includes(id)));
  const facts = {
    ...{ inventory, policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
    admin: { ...both, validUntil },
  };
  const usable = new Map([fresh.anchorId, 'cert_x'].map((id) => [id, NOW + 1]));
  const reason = shutsItselfOut(ORGANIZATION, pair, facts, () => ({
    active: new Set(usable.keys()),
    usable,
  }));
  expect(reason).toEqual(told === null ? null : expect.stringMatching(told));
});
