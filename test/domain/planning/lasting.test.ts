import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { comingOf } from '../../../lambdas/domain/planning/last-way-in.ts';
import { hasToMove } from '../../../lambdas/domain/planning/lasting.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 30)];
const pair = { authority: 'acme', retiring, successor, scopes: ['proj_a'] };
const moving = client('api', 'proj_a', 'cert_old', 'cert_new');

describe('a staged leaf', () => {
  it('is waited for until it is valid, unless it or its successor ends before it is relied on no more (I19)', () => {
    const from = NOW + DAY;
    const until = NOW + 90 * DAY;
    const waits = { ...moving, staged: { ...leaf('next'), coming: { cert_new: { from, until } } } };
    expect(comingOf(waits, pair, successor.expiresAt - 1)).toEqual({ from, until });
    expect(comingOf(waits, pair, successor.expiresAt)).toBeUndefined();
    const lasting = { ...pair, successor: { ...successor, expiresAt: NOW + 900 * DAY } };
    expect(comingOf(waits, lasting, until)).toBeUndefined();
  });

  it('has nobody move, and no soak begin anew for it, where its path to the successor is none or over by now (rule 5)', () => {
    const withPath = (validUntil: Record<string, number>) => ({
      ...{ now: NOW, clients: [{ ...moving, staged: { ...leaf('next', 'cert_new'), validUntil } }] },
    });
    expect(hasToMove(pair, withPath({ cert_new: NOW + 1 }))).toBe(true);
    expect(hasToMove(pair, withPath({ cert_new: NOW }))).toBe(false);
    expect(hasToMove(pair, withPath({}))).toBe(false);
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
