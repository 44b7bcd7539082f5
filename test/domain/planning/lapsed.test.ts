import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

it.each([
  ['has expired takes nothing from whoever gets in by another upload of its key (I17)', -1, []],
  ['lets in until now waits for whoever has nothing else to move to (I1)', 10, ['api']],
])('the cut of a compromised anchor that %s', (_, days, waiting) => {
  const names = ['cert_old', 'cert_again', 'cert_new'];
  const { blocked } = plan({
    inventory: inventoryOf(
      names.map((id, i) =>
        anchor(id, ['acme@0', 'filtered@0', 'acme@1'][i] ?? null, [days, 300, 400][i] ?? 0),
      ),
      { proj_a: ['cert_old', 'cert_again'] },
    ),
    ...{ policy: policyOf(), request: { mode: 'scheduled' }, now: NOW },
    clients: [
      {
        ...client('api', 'proj_a', 'cert_leaked'),
        running: leaf('api:old', 'cert_old', 'cert_again'),
      },
      client('ready', 'proj_a', 'cert_new'),
    ],
    compromised: { ids: new Set(['cert_old', 'cert_again']), keys: new Set<string>() },
    keys: new Map(names.map((id) => [id, { digest: id === 'cert_again' ? 'cert_old' : id, vouchesFor: [] }])),
  });
  const ofOld = blocked.filter((one) => one.anchor === 'cert_old');
  expect(ofOld.flatMap((one) => one.client ?? [])).toEqual(waiting);
});
