import { expect, it } from 'vitest';
import { DAY, NOW, type SceneLeaf, scene } from '../scene.ts';

/** A client that runs on a leaf of the successor, with another one staged; both are valid for so many days around now. */
const planned = async (
  [runsFrom, runsUntil]: [number, number],
  [from, until]: [number, number],
  more: Partial<SceneLeaf> = {},
) => {
  const days = (count: number) => NOW + count * DAY;
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a' },
        running: { anchor: 'cert_acme1', from: days(runsFrom), until: days(runsUntil), ...more },
        staged: { anchor: 'cert_acme1', from: days(from), until: days(until) },
      },
    ],
  );
  return set.plan('one');
};

const checked = ({ waves }: Awaited<ReturnType<typeof planned>>) =>
  waves.flatMap(({ scopes }) => scopes.flatMap(({ checks }) => checks.map(({ client }) => client)));

it('I19: nobody is moved from a leaf of the successor that lasts to an older one that was left staged and ends before it', async () => {
  const plan = await planned([-1, 200], [-5, 10]);
  expect(plan).toMatchObject({ decision: 'rotate', promotions: [], blocked: [] });
  expect(checked(plan)).toEqual(['billing']);
  expect(plan.warnings?.join()).toMatch(/stay on it: billing \(AWSPENDING\)/);
});

it.each([
  ['lasts longer than what runs', [-1, 60], [-5, 200]],
  ['is newer than what runs, and may be its repair', [-5, 200], [-1, 60]],
  ['waits beside one that ends too soon', [-1, 5], [-5, 60]],
] as const)('moves a client to what %s', async (_, running, staged) => {
  const plan = await planned([...running], [...staged]);
  expect(plan.promotions).toMatchObject([{ client: 'billing' }]);
  expect(plan.warnings?.join() ?? '').not.toContain('stay on it');
});
