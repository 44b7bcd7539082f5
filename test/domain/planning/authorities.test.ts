import { expect, it } from 'vitest';
import { checkNames } from '../../../lambdas/domain/planning/names.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from '../organizations.ts';

const unreadable = { ...client('stray', 'proj_a'), running: { unknown: 'its secret cannot be read' } };

it.each(['acme', 'Acme', 'acme@2025', 'acme ', 'acmee'])(
  'I9: a stated authority is read as in the name of an anchor, and one that no anchor has excludes its client from no cut: %j',
  (authority) => {
    const { blocked, warnings = [] } = plan({
      inventory: inventoryOf([anchor('cert_old', 'acme@2025', 20), anchor('cert_new', 'acme@2026', 400)], {
        proj_a: ['cert_old'],
      }),
      policy: policyOf({}),
      request: { mode: 'scheduled' },
      now: NOW,
      keys: new Map(['cert_old', 'cert_new'].map((id) => [id, { digest: id, vouchesFor: [] }])),
      clients: [{ ...unreadable, authority }, client('ready', 'proj_a', 'cert_old', 'cert_new')],
    });
    const told = [...blocked.map((one) => one.client), ...warnings].join();
    expect(told).toContain('stray');
  },
);

it('warns of stated authorities that no anchor has, with the nearest one that some anchor has (I9)', () => {
  const inventory = inventoryOf([anchor('cert_old', 'acme@2025', 20)], { proj_a: ['cert_old'] });
  const policy = policyOf({});
  const asked = { inventory, policy, request: { mode: 'scheduled' as const }, now: NOW };
  const stated = (name: string, authority: string) => ({ ...client(name, 'proj_a'), authority });
  const { warnings } = checkNames({
    ...asked,
    clients: [stated('right', 'acme@2027'), stated('typed', 'acmee')],
    witnesses: [stated('kept', 'globex')],
  });
  expect(warnings).toEqual([
    'no anchor has an authority that the configuration states for a client, so it keeps that client out of no cut: clients.typed.authority: "acmee"; did you mean acme?, clients.kept.authority: "globex"',
  ]);
});
