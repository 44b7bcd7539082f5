import { describe, expect, it } from 'vitest';
import type { AnchorKey } from '../../lambdas/domain/planning/compromise.ts';
import { plan } from '../../lambdas/domain/planning/plan.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from './organizations.ts';

const emergency: Request = { mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' };
const key = (digest: string): AnchorKey => ({ digest, vouchesFor: [] });
const keys = new Map([
  ['cert_old', key('leaked')],
  ['cert_new', key('another')],
]);

/** `cert_odd` is of another authority, and nobody could read its certificate. */
const planned = (active: Record<string, string[]>, request: Request = emergency, compromised = keys) =>
  plan({
    inventory: inventoryOf(
      [
        anchor('cert_old', 'acme@1', 500),
        anchor('cert_new', 'acme@2', 900),
        anchor('cert_odd', 'globex@1', 900),
      ],
      active,
    ),
    policy: policyOf(),
    request,
    now: NOW,
    clients: [client('api', 'proj_a', 'cert_old', 'cert_new')],
    keys: compromised,
  });

describe('an anchor whose certificate could not be read', () => {
  it('may have the compromised key, so an emergency names it, red, and cuts what it can (I9, I15, I16)', () => {
    const decided = planned({ proj_a: ['cert_old', 'cert_odd'] });
    expect(decided.successions).toMatchObject([{ retiring: 'cert_old', successor: 'cert_new' }]);
    expect(decided.blocked).toMatchObject([
      {
        anchor: 'cert_odd',
        scopes: ['proj_a'],
        reason: expect.stringContaining('may have a compromised key'),
      },
    ]);
  });

  it('lets nobody in while it is active nowhere', () => {
    expect(planned({ proj_a: ['cert_old'] }).blocked).toEqual([]);
  });

  it('is nobody’s suspect where no key is compromised', () => {
    expect(planned({ proj_a: ['cert_old', 'cert_odd'] }, { mode: 'scheduled' }).blocked).toEqual([]);
  });
});
