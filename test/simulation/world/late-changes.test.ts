import { expect, it } from 'vitest';
import { createLateChanges, LISTINGS } from '../../../simulation/world/late-changes.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import type { TrustChange } from '../../../simulation/world/trust.ts';

const [NOW, DAY, HOST] = [1_800_000_000, 86_400, 'https://mtls.api.openai.com/v1'];

it('shows toggles to each host, and in the listings, when they have arrived, in their order', async () => {
  const time = { now: NOW };
  const seconds: Record<string, number[]> = { [HOST]: [60, 5], [LISTINGS]: [10, 0] };
  const organization = createOrganization({
    now: () => time.now,
    projects: [{ id: 'proj_a', name: null }],
  });
  // The first change is the setup's, which no test waits for.
  organization.delayBy((place, change) => seconds[place]?.[change - 1] ?? 0);
  for (const id of ['one', 'two'])
    organization.seed({ id, name: null, createdAt: NOW, expiresAt: NOW + DAY, pem: null }, []);
  organization.seed({ id: 'old', name: null, createdAt: NOW, expiresAt: NOW + DAY, pem: null }, ['proj_a']);
  organization.toggle('proj_a', 'activate', ['one']);
  time.now += 1;
  organization.toggle('proj_a', 'activate', ['two']);
  const trusted = () => organization.trusted('proj_a', HOST).project.map(({ id }) => id);
  const listed = () => {
    const { data } = organization.list('proj_a', { order: 'asc' });
    return data.flatMap(({ id, active }) => (active && id !== 'old' ? [id] : []));
  };
  expect([trusted(), listed()]).toEqual([['old'], []]);
  time.now = NOW + 10;
  expect([trusted(), listed()]).toEqual([['old'], ['one', 'two']]);
  time.now = NOW + 60;
  expect(trusted()).toEqual(['old', 'one', 'two']);
});

it('lets what is late arrive at once when nothing is late any more, and forgets what is cleared', () => {
  const time = { now: NOW };
  const organization = createOrganization({ now: () => time.now, projects: [{ id: 'proj_a', name: null }] });
  const anchor = { id: 'one', name: null, createdAt: NOW, expiresAt: NOW + DAY, pem: null };
  const trusted = () => organization.trusted('proj_a', HOST).project.length;
  organization.seed(anchor, []);
  organization.delayBy(() => 60);
  organization.toggle('proj_a', 'activate', ['one']);
  expect(trusted()).toBe(0);
  organization.delayBy(() => 0);
  expect(trusted()).toBe(1);
  organization.clear();
  expect(trusted()).toBe(0);
  organization.seed(anchor, ['proj_a']);
  expect(trusted()).toBe(1);
});

it('tells by a log alone what a host trusts, the organization’s included', () => {
  const change = (scope: string, anchorId: string): TrustChange => ({
    ...{ at: NOW, scope, anchorId, active: true },
    by: 'windlass',
  });
  const changes = [change('proj_a', 'own'), change('organization', 'shared'), change('proj_b', 'other')];
  const { trustedAt } = createLateChanges(
    changes,
    () => NOW,
    () => 0,
  );
  expect([...trustedAt(HOST, 'proj_a')]).toEqual(['own', 'shared']);
});
