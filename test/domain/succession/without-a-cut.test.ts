import { describe, expect, it } from 'vitest';
import type { ClientFacts } from '../../../lambdas/domain/client.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

/** A manual run after `bad` was named as compromised; it is active in what is said, and so are the others. */
const planned = (
  active: Record<string, readonly string[]>,
  clients: readonly ClientFacts[],
  more: { hold?: string[] } = {},
) => {
  const anchors = [anchor('bad', 'acme@1', 200), anchor('new', 'acme@2', 400), anchor('keel', 'keel@1', 400)];
  return plan({
    inventory: inventoryOf(anchors, active),
    ...{ policy: policyOf(more), now: NOW, clients, request: { mode: 'manual' } },
    compromised: { ids: new Set(['bad']), keys: new Set<string>() },
    keys: new Map(anchors.map(({ anchorId }) => [anchorId, { digest: anchorId, vouchesFor: [] }])),
  });
};
const scopesIn = ({ waves }: ReturnType<typeof planned>) =>
  waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope));
const movedBy = ({ promotions }: ReturnType<typeof planned>) => promotions.map((one) => one.client);

const billing = client('billing', 'proj_a', 'bad', 'new');

describe('a client that is outside by what has leaked', () => {
  it('is moved without a cut where the successor is active for it', () => {
    const decided = planned({ proj_a: ['keel', 'new'] }, [billing]);
    expect(decided).toMatchObject({
      ...{ decision: 'rotate', atOnce: true, soakSeconds: 0, blocked: [] },
      successions: [{ retiring: 'bad', successor: 'new' }],
    });
    expect(scopesIn(decided)).toEqual(['proj_a']);
    expect(movedBy(decided)).toEqual(['billing']);
  });

  it('is moved by the organization where its project has not activated the successor itself', () => {
    const decided = planned({ organization: ['new'], proj_a: ['keel'] }, [billing]);
    expect(scopesIn(decided)).toEqual(['organization']);
    expect(movedBy(decided)).toEqual(['billing']);
  });

  it('is moved beside the cuts of the same anchor elsewhere', () => {
    const mail = client('mail', 'proj_b', 'bad', 'new');
    const decided = planned({ proj_a: ['new'], proj_b: ['bad'] }, [billing, mail]);
    expect(scopesIn(decided).toSorted()).toEqual(['proj_a', 'proj_b']);
    expect(movedBy(decided).toSorted()).toEqual(['billing', 'mail']);
  });

  it.each([
    ['nothing is active (I3)', [], { off: true }],
    ['the successor is not (I4)', ['keel'], { shutOut: true, client: 'billing' }],
  ])('is moved nowhere where %s', (_, active, told) => {
    const decided = planned({ proj_a: active }, [billing]);
    expect(decided).toMatchObject({ decision: 'blocked', waves: [], blocked: [told] });
  });

  it('keeps no run at work where its leaf is not staged, or not fit to be relied on (I19)', () => {
    const staged = { ...leaf('short', 'new'), validUntil: { new: NOW + DAY / 2 } };
    const expired = { ...leaf('over', 'new'), validUntil: { new: NOW - DAY } };
    for (const one of [client('billing', 'proj_a', 'bad'), { ...billing, staged: expired }])
      expect(planned({ proj_a: ['keel', 'new'] }, [one])).toMatchObject({
        ...{ decision: 'blocked', waves: [] },
        blocked: [{ client: 'billing', shutOut: true }],
      });
    const short = planned({ proj_a: ['keel', 'new'] }, [{ ...billing, staged }]);
    expect(movedBy(short).length > 0 || short.decision === 'blocked').toBe(true);
  });

  it('is left where it is by a hold on the successor, and is named (I5)', () => {
    const decided = planned({ proj_a: ['keel', 'new'] }, [billing], { hold: ['new'] });
    expect(decided).toMatchObject({ decision: 'blocked', waves: [], blocked: [{ client: 'billing' }] });
  });
});
