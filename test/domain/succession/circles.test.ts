import { expect, it } from 'vitest';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, NOW, policyOf } from '../organizations.ts';

const [a, b, c] = [
  anchor('cert_a', 'acme@1', 20),
  anchor('cert_b', 'acme@2', 10),
  anchor('cert_c', 'acme@3', 15),
];

function planned(anchors: (typeof a)[], successions: Record<string, string>) {
  const ids = anchors.map(({ anchorId }) => anchorId);
  const next = (id: string) => successions[id] ?? 'cert_a';
  return plan({
    inventory: inventoryOf(anchors, { proj_a: ids }),
    policy: policyOf({ successions }),
    request: { mode: 'scheduled' },
    now: NOW,
    keys: new Map(ids.map((id) => [id, { digest: id, vouchesFor: [] }])),
    clients: ids.map((id) => client(`on-${id}`, 'proj_a', id, next(id))),
  });
}

it('I17, rule 2: of two due anchors that would each succeed the other, the one by the policy, the first to expire is rotated', () => {
  const { successions, blocked } = planned([a, b], { cert_a: 'cert_b' });
  expect(successions).toMatchObject([{ retiring: 'cert_b', successor: 'cert_a' }]);
  expect(blocked).toMatchObject([
    { anchor: 'cert_a', reason: expect.stringContaining('rotated itself in the next') },
  ]);
});

it('I17, rule 2: so it is of three, of which each waits for the next', () => {
  const { successions, blocked } = planned([a, b, c], {
    ...{ cert_a: 'cert_b', cert_b: 'cert_c' },
  });
  expect(successions).toMatchObject([{ retiring: 'cert_b', successor: 'cert_c' }]);
  expect(blocked.map((one) => one.anchor).toSorted()).toEqual(['cert_a', 'cert_c']);
});

it('rule 2: a circle waits as a whole for what needs one of it', () => {
  const { successions } = planned([a, b, c], { cert_a: 'cert_b', cert_c: 'cert_b' });
  expect(successions).toMatchObject([{ retiring: 'cert_c', successor: 'cert_b' }]);
});
