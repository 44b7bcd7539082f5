import { expect, it } from 'vitest';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { assuming } from '../../../lambdas/domain/own-listing/assuming.ts';
import { toBeListed } from '../../../lambdas/domain/own-listing/to-be-listed.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

it('what is due in a project that was left to its own listing is taken up within minutes of the emergency, as after a whole survey', () => {
  // An emergency takes over while keel is rotated in proj_a. No leaf of keel hangs from the named anchor.
  const anchors = [
    ...[anchor('bad', 'acme@1', 400), anchor('new', 'acme@2', 800)],
    ...[anchor('keel1', 'keel@1', 3), anchor('keel2', 'keel@2', 800)],
  ];
  const inventory = inventoryOf(anchors, { organization: ['bad'], proj_a: ['keel1', 'keel2'], proj_b: [] });
  const facts = {
    ...{ inventory, policy: policyOf(), now: NOW },
    request: { mode: 'emergency' as const, anchors: ['bad'], reason: 'leaked' },
    memory: { soaks: [], cuts: [] },
    clients: [
      ...[client('keel', 'proj_a', 'keel1', 'keel2'), client('a', 'proj_a', 'bad', 'new')],
      client('b', 'proj_b', 'bad', 'new'),
    ],
  };
  const left = (listed: readonly string[]) => {
    const projects = inventory.projects.map((project) =>
      listed.includes(project.projectId) ? project : { ...project, ownListing: true as const },
    );
    return { ...facts, inventory: assuming({ ...inventory, projects }, (id) => id === 'bad') };
  };
  // proj_b is listed, because its client may prove the organization.
  const known = left(['proj_b']);
  expect(toBeListed(known)).toEqual([]);
  const [whole, own] = [plan(facts), plan(known)].map(({ nextRotationAt }) => nextRotationAt);
  expect(whole).not.toBeNull();
  expect(
    secondsOf(own ?? '9999-01-01T00:00:00Z') - secondsOf(whole ?? ''),
    `${own} instead of ${whole}`,
  ).toBeLessThan(DAY);
});
