import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { lookingAgain } from '../../../lambdas/domain/next-run/looking-again.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from '../organizations.ts';

const planned = plan({
  inventory: inventoryOf([anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)], {
    proj_a: ['cert_old'],
  }),
  ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
  clients: [client('api', 'proj_a', 'cert_old', 'cert_new')],
});
const lateUntil = instant(NOW + 900);

it.each([
  ['looks again by itself after its soak, where nothing is compromised', false, undefined],
  ['looks again meanwhile, where what lands may be compromised (I15)', true, lateUntil],
])('a run that has taken over and soaks %s', (_, isAnyNamed, leftAgainAt) => {
  const looked = lookingAgain(planned, lateUntil, { soaks: [], isAnyNamed });
  expect(looked.leftAgainAt).toBe(leftAgainAt);
  expect(looked.nextRotationAt).toBe(planned.nextRotationAt);
});
