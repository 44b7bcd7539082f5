import { describe, expect, it } from 'vitest';
import { blockedBy, endsTooSoon, type Hold } from '../../../lambdas/domain/blocked/blocked-by.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const [retiring, successor] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)];
const succession = { authority: 'acme', retiring, successor, scopes: ['proj_a'] };

describe('what is blocked for more clients than a plan names one by one', () => {
  const holds = Array.from({ length: 9 }, (_, i): Hold => {
    const waits = i > 6 ? { readyAt: NOW + (10 - i) * 3_600 } : {};
    return { ...{ succession, scope: 'proj_a', client: `api-${i}`, reason: 'its leaf' }, ...waits };
  });

  it('comes again for the first of the others that only waits for a date (rule 6)', () => {
    expect(blockedBy(holds).at(-1)).toMatchObject({
      ...{ clients: ['api-7', 'api-8'], readyAt: NOW + 2 * 3_600 },
      reason: 'and 2 more clients have only to wait until what is staged for them is valid: api-7, api-8',
    });
  });

  it('tells apart those that somebody has to do something for (I13)', () => {
    const [others] = blockedBy(holds).filter(({ clients }) => clients?.includes('api-5'));
    expect(others?.clients).toEqual(['api-5', 'api-6']);
    expect(others?.reason).toContain('have nothing to move to');
    expect(others).not.toHaveProperty('readyAt');
  });
});

it('I17, I19: scopes that nobody proves are told of together, and apart from them those where only the leaves of some clients end too soon', () => {
  const until = NOW + 9 * DAY;
  const holdIn = (scope: string, ...clients: string[]): Hold => ({
    ...{ succession, scope, reason: '', tooShort: clients.map((client) => ({ client, until })) },
  });
  const blocked = blockedBy([
    holdIn('proj_a', 'api'),
    holdIn('proj_b'),
    holdIn('proj_c', 'batch'),
    holdIn('proj_d'),
  ]);
  expect(blocked.map(({ scopes }) => scopes)).toEqual([
    ['proj_a', 'proj_c'],
    ['proj_b', 'proj_d'],
  ]);
  const ends = `(that ends after ${instant(until)})`;
  expect(blocked[0]?.reason).toContain(`a leaf for one in each scope of api ${ends}, batch ${ends}, or`);
  expect(blocked[1]?.reason).toContain('no configured client can prove cert_new in proj_b, proj_d, so');
});

it('I17, I19: a scope that nobody proves is told of with whoever is moved to a leaf that ends too soon for it, by what is cut sooner', () => {
  const anchors = [
    anchor('cert_hurried', 'acme@0', 4),
    anchor('cert_old', 'acme@1', 16),
    anchor('cert_new', 'acme@2', 400),
  ];
  const { promotions, blocked } = plan({
    inventory: inventoryOf(anchors, { proj_a: ['cert_hurried', 'cert_old'], proj_b: ['cert_old'] }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
    clients: [
      {
        ...client('api', 'proj_a', 'cert_hurried'),
        staged: { ...leaf('staged', 'cert_new'), validUntil: { cert_new: NOW + 5 * DAY } },
      },
      client('ready', 'proj_b', 'cert_old', 'cert_new'),
    ],
  });
  expect(promotions.map((one) => one.client)).toEqual(['api', 'ready']);
  expect(blocked).toMatchObject([{ anchor: 'cert_old', scopes: ['proj_a'] }]);
  expect(blocked[0]?.reason).toContain(`a leaf for api (that ends after ${instant(NOW + 9 * DAY)})`);
});

describe('a cut whose successor ends before it is relied on no more', () => {
  const until = successor.expiresAt;
  const facts = {
    ...{
      inventory: inventoryOf([retiring, successor], { proj_a: ['cert_old'] }),
      policy: policyOf(),
      now: NOW,
    },
    request: { mode: 'scheduled' as const },
  };

  it('waits, and not where it ends a second later (I2, I19)', () => {
    expect(endsTooSoon(succession, until, facts)).toContain('upload a generation that lasts');
    expect(endsTooSoon(succession, until - 1, facts)).toBeNull();
  });

  it('does not where what is cut is compromised, which waits for no date (I16)', () => {
    const compromised = { ids: new Set(['cert_old']), keys: new Set<string>() };
    expect(endsTooSoon(succession, until + DAY, { ...facts, compromised })).toBeNull();
  });
});
