import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

it.each([3, -3])(
  'rule 5, I17: an anchor that has expired cuts nobody’s soak short, and keeps no soak that was begun out of its run: %i days from its end',
  (days) => {
    const soak = {
      retiring: 'cert_keel0',
      successor: 'cert_keel1',
      provenAt: instant(NOW - 2 * DAY),
      soakUntil: instant(NOW + 5 * DAY),
    };
    const { successions } = plan({
      inventory: inventoryOf(
        [
          anchor('cert_acme0', 'acme@1', days),
          anchor('cert_acme1', 'acme@2', 300),
          anchor('cert_keel0', 'keel@1', 25),
          anchor('cert_keel1', 'keel@2', 300),
        ],
        { proj_a: ['cert_acme0', 'cert_acme1'], proj_b: ['cert_keel0', 'cert_keel1'] },
      ),
      ...{ policy: policyOf({}), request: { mode: 'scheduled' }, now: NOW },
      clients: [client('billing', 'proj_a', 'cert_acme1'), client('search', 'proj_b', 'cert_keel1')],
      memory: { soaks: [soak], cuts: [], begun: [] } as never,
    });
    expect(successions.map((one) => one.retiring).toSorted()).toEqual(
      days < 0 ? ['cert_acme0', 'cert_keel0'] : ['cert_acme0'],
    );
  },
);
