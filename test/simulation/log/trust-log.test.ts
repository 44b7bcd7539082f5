import { describe, expect, test } from 'vitest';
import { type JudgedAgainst, judge, violations } from '../../../simulation/log/trust-log.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import type { Actor, TrustChange } from '../../../simulation/world/trust.ts';

const NOW = 1_780_000_000;
const anchors = new Map([
  ['old', { expiresAt: NOW + 10 }],
  ['new', { validAt: NOW - 10, expiresAt: NOW + 1000 }],
  ['expired', { expiresAt: NOW }],
  ['future', { validAt: NOW + 1, expiresAt: NOW + 1000 }],
]);
const everything = { activate: new Set(anchors.keys()), deactivate: new Set(anchors.keys()) };
const against: JudgedAgainst = {
  projects: ['proj_a', 'proj_b'],
  anchors,
  planned: new Map(['organization', 'proj_a', 'proj_b'].map((scope) => [scope, everything])),
};
const none = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };

let call = 0;
const change = (text: string, by: Actor = 'windlass'): TrustChange => {
  const [scope = '', sign, anchorId = ''] = text.split(/ ([+-])/);
  call += 1;
  return { at: NOW, scope, anchorId, active: sign === '+', by, call };
};
const seeded = (...texts: string[]) => texts.map((text) => change(text, 'setup'));
const verdict = (...changes: TrustChange[]) => judge(changes, against);

describe('a lockout', () => {
  test('is not counted in a rotation with overlap', () => {
    expect(verdict(...seeded('proj_a +old'), change('proj_a +new'), change('proj_a -old'))).toEqual(none);
  });

  test('is counted when only an expired anchor is left, which still enforces', () => {
    const log = [...seeded('proj_a +old', 'proj_a +expired'), change('proj_a -old')];
    expect(verdict(...log)).toEqual({ ...none, lockout: 1 });
  });

  test('is counted when the anchor that is left is not valid yet', () => {
    expect(verdict(...seeded('proj_a +old', 'proj_a +future'), change('proj_a -old')).lockout).toBe(1);
  });

  test('is not counted when the project inherits a usable anchor (F7)', () => {
    expect(verdict(...seeded('proj_a +old', 'organization +new'), change('proj_a -old'))).toEqual(none);
  });

  test('by the organization is counted for it and for each project that depended on it', () => {
    const log = [
      ...seeded('organization +old', 'proj_a +new', 'proj_b +expired'),
      change('organization -old'),
    ];
    expect(
      violations(log, against)
        .filter(({ kind }) => kind === 'lockout')
        .map(({ scope }) => scope),
    ).toEqual(['organization', 'proj_b']);
  });

  test('is counted for an anchor nobody described', () => {
    expect(verdict(...seeded('proj_a +old', 'proj_a +mystery'), change('proj_a -old')).lockout).toBe(1);
  });
});

describe('enforcement', () => {
  test('is lost with the last active anchor, and so is access counted', () => {
    expect(verdict(...seeded('proj_a +old'), change('proj_a -old'))).toEqual({
      ...none,
      lockout: 1,
      enforcementLost: 1,
    });
  });

  test('is lost, without a lockout, with the last expired one', () => {
    expect(verdict(...seeded('proj_a +expired'), change('proj_a -expired'))).toEqual({
      ...none,
      enforcementLost: 1,
    });
  });

  test('is gained by the first anchor of a scope, and by the organization in every open project', () => {
    expect(verdict(change('proj_a +new')).enforcementGained).toBe(1);
    expect(verdict(...seeded('proj_a +old'), change('organization +new')).enforcementGained).toBe(2);
  });
});

describe('the unplanned', () => {
  const planned = new Map([['proj_a', { activate: new Set(['new']), deactivate: new Set(['old']) }]]);
  const count = (text: string) => {
    const log = [...seeded('proj_a +old', 'proj_b +old', 'proj_b +expired', 'proj_a +expired'), change(text)];
    return judge(log, { ...against, planned }).unplanned;
  };

  test('is an anchor, a direction or a scope that the plan did not name', () => {
    expect(count('proj_a +new')).toBe(0);
    expect(count('proj_a -old')).toBe(0);
    expect(count('proj_a -expired')).toBe(1);
    expect(count('proj_a +old')).toBe(1);
    expect(count('proj_b +new')).toBe(1);
  });
});

test('what one call changed is judged as one instant, whatever its order', () => {
  const organization = createOrganization({ now: () => NOW, projects: [{ id: 'proj_a', name: null }] });
  for (const id of ['old', 'new', 'expired'])
    organization.seed({ id, name: null, createdAt: NOW, expiresAt: NOW, pem: null }, ['proj_a']);
  organization.toggle('proj_a', 'deactivate', ['new', 'old']);
  expect(judge(organization.changes, against)).toEqual({ ...none, lockout: 1 });
});

test('what others do is not counted, but it is what we act upon', () => {
  const outsider = [change('proj_a -old', 'outsider'), change('proj_b +new', 'outsider')];
  expect(verdict(...seeded('proj_a +old'), ...outsider)).toEqual(none);
  expect(
    verdict(
      ...seeded('proj_a +old', 'proj_a +new'),
      change('proj_a -old', 'outsider'),
      change('proj_a -new'),
    ),
  ).toEqual({
    ...none,
    lockout: 1,
    enforcementLost: 1,
  });
});
