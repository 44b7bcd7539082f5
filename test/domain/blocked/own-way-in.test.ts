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

it.each([
  ['by what stays', { ids: ['cert_old'], keys: [] }, null],
  // The unread anchor may have the key of cert_x and another filter. Hosts may never have checked the admin
  // credential against cert_x.
  [
    'by what is compromised itself',
    { ids: ['cert_old', 'cert_x'], keys: [] },
    /hosts may have asked cert_old alone/,
  ],
  [
    'by another upload of the compromised key',
    { ids: ['cert_old'], keys: ['key of cert_x'] },
    /cert_old alone/,
  ],
])(
  'I16, F10: what is compromised and could not be read goes where the admin credential gets in %s',
  (_, known, told) => {
    const valid = { ...pair, retiring: anchor('cert_old', 'acme@1', 30) };
    const facts = {
      ...{
        policy: policyOf(),
        request: { mode: 'scheduled' as const },
        now: NOW,
        admin: leaf('windlass', 'cert_x'),
      },
      inventory: inventoryOf([valid.retiring, fresh, anchor('cert_x', 'globex@1', 900)], {
        [ORGANIZATION]: ['cert_old', 'cert_x'],
      }),
      keys: new Map(['cert_new', 'cert_x'].map((id) => [id, { digest: `key of ${id}`, vouchesFor: [] }])),
      compromised: { ids: new Set(known.ids), keys: new Set(known.keys) },
    };
    const usable = new Map([fresh.anchorId, 'cert_x'].map((id) => [id, NOW + 1]));
    const reason = shutsItselfOut(ORGANIZATION, valid, facts, () => ({
      active: new Set(usable.keys()),
      usable,
    }));
    expect(reason).toEqual(told === null ? null : expect.stringMatching(told));
  },
);
