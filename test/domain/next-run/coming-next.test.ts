import { describe, expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { comingNext } from '../../../lambdas/domain/next-run/coming-next.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const soon = instant(NOW + 300);
const NOTHING = {
  ...{ rotating: [], blocked: [], outside: [], isMoreWaiting: false },
  ...{ isPassedOver: false, isCutLeft: false, isUnseen: false },
};

/**
 * Returns when the next run comes, where acme's second anchor replaces the first and `cert_x` is active
 * beside them.
 */
function next(
  decided: Partial<Parameters<typeof comingNext>[1]>,
  { hold = [] as string[], lasts = 400, otherLasts = 900, failingSince = NOW, named = [] as string[] } = {},
) {
  const [old, fresh] = [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', lasts)];
  const other = anchor('cert_x', 'globex@1', otherLasts);
  const facts = {
    inventory: inventoryOf([old, fresh, other], { proj_a: ['cert_old', 'cert_x'] }),
    ...{ policy: policyOf({ hold }), now: NOW },
    request: { mode: 'scheduled' as const, failingSince: instant(failingSince) },
    compromised: { ids: new Set(named), keys: new Set<string>() },
    allowances: named.map((anchorId) => ({ anchorId, namedAt: instant(NOW) })),
  };
  const pair = { authority: 'acme', retiring: old, successor: fresh, scopes: ['proj_a'] };
  return { pair, ...comingNext(facts, { ...NOTHING, rotating: [pair], ...decided }) };
}

describe('the next run', () => {
  it('comes within minutes of one that rotates, however long something has not been seen: that one may soak for days', () => {
    const failingSince = NOW - DAY;
    expect(next({ isUnseen: true }, { failingSince }).nextRotationAt).toBe(soon);
    // Where nothing can be rotated, the gaps grow, as after a halt.
    const blocked = [{ anchor: 'cert_old', reason: 'no successor' }];
    expect(next({ isUnseen: true, rotating: [], blocked }, { failingSince }).nextRotationAt).toBe(
      instant(NOW + 3_600),
    );
  });

  it('comes within minutes for what is blocked and expires in the soak, and not for what has expired already (rule 6)', () => {
    const blocked = [{ anchor: 'cert_x', reason: 'no successor' }];
    expect(next({ blocked }, { otherLasts: 7 }).nextRotationAt).toBe(soon);
    expect(next({ blocked }, { otherLasts: -1 }).nextRotationAt).toBe(instant(NOW + 370 * DAY));
    expect(next({ blocked }, { otherLasts: 7, hold: ['cert_x'] }).nextRotationAt).toBe(
      instant(NOW + 370 * DAY),
    );
  });

  it('is never planned for a time that is past: a successor may be due itself by then', () => {
    expect(next({}, { lasts: 25 }).nextRotationAt).toBe(soon);
  });

  it('tries what is compromised and blocked again, and not what is on hold: that only a deployment lifts (I5)', () => {
    const blocked = [{ anchor: 'cert_x', reason: 'it is held' }];
    const named = ['cert_x'];
    expect(next({ blocked }, { named }).leftAgainAt).toBe(soon);
    expect(next({ blocked }, { named, hold: ['cert_x'] }).leftAgainAt).toBeNull();
  });
});
