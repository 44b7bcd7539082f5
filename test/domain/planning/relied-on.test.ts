import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const old = anchor('cert_old', 'acme@2025', 20);
const fresh = anchor('cert_new', 'acme@2026', 400);
const keys = new Map(
  ['cert_old', 'cert_new', 'cert_cross'].map((id) => [id, { digest: id, vouchesFor: [] }]),
);
const ready = client('ready', 'proj_a', 'cert_old', 'cert_new');
const both = leaf('api:both', 'cert_old', 'cert_cross');
const about = { policy: policyOf({}), request: { mode: 'scheduled' as const }, now: NOW, keys };

it('I1: the other way in of a client whose project is not listed is looked at again before the cut, as anybody else’s', () => {
  const planned = plan({
    ...about,
    inventory: inventoryOf([old, fresh, anchor('cert_cross', 'globex@1', 900)], {
      organization: ['cert_old', 'cert_cross'],
      proj_a: [],
    }),
    clients: [ready],
    absent: [{ ...client('api', 'proj_misspelt'), running: both }],
  });
  const share = planned.waves.flatMap(({ scopes }) => scopes).find(({ scope }) => scope === 'organization');
  const isCut = share?.successions.some(({ held }) => !held);
  const isSeenTo = share?.relies?.some(({ client: name }) => name === 'api') ?? false;
  expect({ isCut, isSeenTo }).not.toEqual({ isCut: true, isSeenTo: false });
});

it('I1, I9: and so is that of a client that may run on an anchor whose certificate could not be read', () => {
  const planned = plan({
    ...about,
    keys: new Map([...keys].filter(([id]) => id !== 'cert_old')),
    inventory: inventoryOf([old, fresh, anchor('cert_cross', 'acme@2025b', 900)], {
      proj_a: ['cert_old', 'cert_cross'],
    }),
    policy: policyOf({ successions: { cert_old: 'cert_new' } }),
    clients: [
      { ...client('api', 'proj_a'), running: leaf('api', 'cert_cross') },
      { ...client('ready', 'proj_a', undefined, 'cert_new') },
    ],
  });
  const share = planned.waves[0]?.scopes[0];
  const isCut = share?.successions.some(({ held }) => !held);
  const isSeenTo = share?.relies?.some(({ client: name }) => name === 'api') ?? false;
  expect({ isCut, isSeenTo }).not.toEqual({ isCut: true, isSeenTo: false });
});

it('I1, I2: an anchor that is active and not valid yet is no other way in', () => {
  const later = { ...anchor('cert_cross', 'globex@1', 900), validAt: NOW + 60 * DAY };
  const planned = plan({
    ...about,
    inventory: inventoryOf([old, fresh, later], { proj_a: ['cert_old', 'cert_cross'] }),
    clients: [{ ...client('api', 'proj_a'), running: both }, ready],
  });
  expect(planned.blocked.map((one) => one.client)).toContain('api');
});

describe('a successor that policy names and that ends before the soak does (I2, I19)', () => {
  const short = { ...anchor('cert_new', 'acme@2026', 3) };
  const named = { successions: { cert_old: 'cert_new' } };
  const planned = (evidence: 'probe' | 'listing', request: Request = { mode: 'scheduled' }) =>
    plan({
      ...{ inventory: inventoryOf([old, short], { proj_a: ['cert_old'] }), clients: [], now: NOW, keys },
      ...{ policy: policyOf({ ...named, evidence }), request },
    });

  it.each(['probe', 'listing'] as const)(
    'is blocked with its date where no client tells of it, by %s',
    (evidence) => {
      const { decision, blocked } = planned(evidence);
      expect(decision).toBe('blocked');
      expect(blocked).toMatchObject([{ anchor: 'cert_old', scopes: ['proj_a'] }]);
      const [{ reason } = { reason: '' }] = blocked;
      expect(reason).toContain(
        `cert_new is to succeed cert_old and itself ends at ${instant(NOW + 3 * DAY)}`,
      );
    },
  );

  it('keeps nothing compromised active for its date (I16)', () => {
    const leaked: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' };
    expect(planned('listing', leaked)).toMatchObject({ decision: 'rotate', blocked: [] });
  });
});
