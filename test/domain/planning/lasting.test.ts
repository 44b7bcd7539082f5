import { describe, expect, it } from 'vitest';
import { comingOf } from '../../../lambdas/domain/blocked/staged-state.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { hasToMove, lastingFor } from '../../../lambdas/domain/planning/lasting.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 30)];
const OTHER = anchor('cert_other', 'other@1', 8);
const pair = { authority: 'acme', retiring, successor, scopes: ['proj_a'] };
const moving = client('api', 'proj_a', 'cert_old', 'cert_new');

describe('a staged leaf', () => {
  it('is waited for until it is valid, unless it or its successor ends before it is relied on no more (I19)', () => {
    const from = NOW + DAY;
    const until = NOW + 90 * DAY;
    const waits = { ...moving, staged: { ...leaf('next'), coming: { cert_new: { from, until } } } };
    const endOfTrust = (time: number) => () => time;
    expect(comingOf(waits, pair, endOfTrust(successor.expiresAt - 1))).toEqual({ from, until });
    expect(comingOf(waits, pair, endOfTrust(successor.expiresAt))).toBeUndefined();
    const lasting = { ...pair, successor: { ...successor, expiresAt: NOW + 900 * DAY } };
    expect(comingOf(waits, lasting, endOfTrust(until))).toBeUndefined();
  });

  it('has nobody move, and no soak begin anew for it, where its path to the successor does not last for that one (rule 5, I19)', () => {
    const withPath = (validUntil: Record<string, number>, issuers: string[] = []) => ({
      ...{ inventory: inventoryOf([retiring, successor, OTHER], { proj_a: ['cert_old', 'cert_other'] }) },
      ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
      clients: [{ ...moving, staged: { ...leaf('next', 'cert_new'), validUntil, issuers } }],
    });
    const ends = NOW + 9 * DAY;
    expect(hasToMove(pair, withPath({ cert_new: ends + 1 }))).toBe(true);
    expect(hasToMove(pair, withPath({ cert_new: ends }))).toBe(false);
    expect(hasToMove(pair, withPath({}))).toBe(false);
    // In the middle of that soak a host would refuse the leaf by the anchor that has issued it (F7).
    expect(hasToMove(pair, withPath({ cert_new: ends + 1 }, ['cert_other']))).toBe(false);
  });
});

describe('what a client runs on', () => {
  const keel = {
    ...{ authority: 'keel', retiring: anchor('cert_keel0', 'keel@1', 20) },
    ...{ successor: anchor('cert_keel1', 'keel@2', 400), scopes: ['proj_a'] },
  };
  const acme = { ...pair, scopes: ['proj_a', 'proj_b'] };
  const days = (until: number) => (until - NOW) / DAY;

  /** Facts in which acme's soak ends tomorrow. */
  const factsOf = ({ active = ['cert_old', 'cert_new'], except = [] as string[] } = {}) => ({
    inventory: inventoryOf([retiring, successor, keel.retiring, keel.successor], {
      proj_a: ['cert_old', 'cert_new', 'cert_keel0'],
      proj_b: active,
    }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
    memory: {
      soaks: [
        {
          ...{ retiring: 'cert_old', successor: 'cert_new', except },
          ...{ provenAt: instant(NOW - 6 * DAY), soakUntil: instant(NOW + DAY) },
        },
      ],
      cuts: [],
    },
  });

  it('has to last for the margin after the soak that goes on (rule 5, I19)', () => {
    expect(days(lastingFor([acme], factsOf())(acme))).toBe(3);
  });

  it.each([
    ['what goes with it soaks so long', [acme, keel], {}],
    ['somebody has ended the overlap in some scope', [acme], { active: ['cert_old'] }],
    ['it goes in scopes that it has not soaked in', [acme], { except: ['proj_b'] }],
  ])('has to last through a whole soak where %s (I19)', (_, rotating, about) => {
    expect(days(lastingFor(rotating, factsOf(about))(acme))).toBe(9);
  });

  it('waits for no soak of what is only confirmed (I11)', () => {
    const cut = { ...keel, scopes: ['proj_b'] };
    expect(days(lastingFor([acme, cut], factsOf())(acme))).toBe(3);
  });

  it('has to last for less than what a client is moved to from elsewhere (I19)', () => {
    const until = lastingFor([acme], factsOf());
    expect(days(until(acme, moving))).toBe(9);
    expect(days(until(acme, client('api', 'proj_a', 'cert_new', 'cert_new')))).toBe(3);
  });

  // The successor is a renewal of this anchor, with its key.
  const before = { ...acme, retiring: OTHER, scopes: ['proj_c'] };

  it.each([
    [9, 'this run confirms the cut of', [acme, before], []],
    [9, 'another run has soaked for', [acme], ['cert_other']],
    [3, 'stays', [acme], []],
  ])(
    'needs %i days of what a client moves to from it, where it leads to what %s as well (F16, I19)',
    (lasts, _, rotating, soaked) => {
      const facts = factsOf();
      const about = { successor: 'cert_new', provenAt: '', soakUntil: '' };
      const soaks = [...facts.memory.soaks, ...soaked.map((retiring) => ({ retiring, ...about }))];
      const runsOnBoth = { ...moving, running: leaf('both', 'cert_other', 'cert_new') };
      const until = lastingFor(rotating, { ...facts, memory: { ...facts.memory, soaks } });
      expect(days(until(acme, runsOnBoth))).toBe(lasts);
    },
  );

  it('has to last through a whole soak where somebody moves to the same successor from something else (rule 5, I19)', () => {
    const late = client('late', 'proj_c', 'cert_other', 'cert_new');
    const until = lastingFor([acme, before], { ...factsOf(), clients: [late] });
    expect(days(until(acme))).toBe(9);
  });
});

it.each([
  ['is said before anything is touched', [], 1],
  [
    'is not said of one that has been served',
    [{ provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) }],
    0,
  ],
])('rule 5: a soak that does not fit before the expiry %s', (_, soaks, said) => {
  const old = { ...retiring, expiresAt: NOW + 5 * DAY };
  const inventory = inventoryOf([old, anchor('cert_new', 'acme@2', 400)], {
    proj_a: ['cert_old', 'cert_new'],
  });
  const ids = { retiring: 'cert_old', successor: 'cert_new' };
  const memory = { soaks: soaks.map((one) => ({ ...ids, ...one })), cuts: [] };
  const clients = [client('api', 'proj_a', 'cert_new')];
  const about = { policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW };
  const { successions, warnings = [] } = plan({ inventory, ...about, clients, memory });
  expect(successions).toMatchObject([ids]);
  expect(warnings.filter((one) => one.includes('is left of the soak'))).toHaveLength(said);
});
