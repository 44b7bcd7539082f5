import { describe, expect, it } from 'vitest';
import { DAY, NOW, type SceneLeaf, scene } from '../scene.ts';

const days = (count: number) => NOW + count * DAY;

/**
 * A client that runs on a leaf of the successor and has another leaf of it staged. The validity of both is
 * given in days from now.
 */
const renewed = (
  [runsFrom, runsUntil]: [number, number],
  [from, until]: [number, number],
  more: Partial<SceneLeaf> = {},
) =>
  scene(
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
const planned = async (...about: Parameters<typeof renewed>) => (await renewed(...about)).plan('one');

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

describe('a leaf of the successor that its client has had before the newer one', () => {
  const OLDER = { anchor: 'cert_acme1', from: days(-20), until: days(40) };
  const NEWER = { anchor: 'cert_acme1', from: days(-2), until: days(60) };

  it('is moved to where it is staged again, as the newer one may be refused (I17)', async () => {
    const set = await renewed([-20, 40], [-2, 60]);
    await set.stage('billing', 'AWSCURRENT', NEWER);
    const { versionId: _, ...older } = (await set.secrets.read('billing', 'AWSPREVIOUS')) ?? {};
    set.world.secrets.put('billing', JSON.stringify(older), ['AWSPENDING']);
    const plan = await set.plan('one');
    const leaf = await set.fingerprint('billing', OLDER);
    expect(plan.promotions).toMatchObject([{ client: 'billing', leaf }]);
    expect(plan.warnings?.join() ?? '').not.toContain('stay on it');
  });

  it('is left where it stayed staged as the newer one was made current, which was never at AWSPREVIOUS (I19)', async () => {
    const set = await renewed([-30, 30], [-20, 40]);
    await set.stage('billing', 'AWSCURRENT', NEWER);
    const plan = await set.plan('one');
    expect(plan.promotions).toEqual([]);
    expect(plan.warnings?.join()).toContain('stay on it: billing (AWSPENDING). Take the staged version');
    expect(plan.warnings?.join()).toContain('make it current by hand where it was staged as a repair');
  });

  it('is left where it was made current with its label on it, and that stayed there as the newer one was (I19)', async () => {
    const set = await renewed([-30, 30], [-20, 40]);
    const { secrets } = set.world;
    const staged = secrets.read('billing', 'AWSPENDING');
    const from = secrets.read('billing', 'AWSCURRENT')?.versionId;
    const made = {
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: from,
      MoveToVersionId: staged?.versionId,
    };
    secrets.operations.UpdateSecretVersionStage({ SecretId: 'billing', ...made });
    await set.stage('billing', 'AWSCURRENT', NEWER);
    const stages = ['AWSPENDING', 'AWSPREVIOUS'] as const;
    expect(stages.map((stage) => secrets.read('billing', stage)?.versionId)).toEqual(
      stages.map(() => staged?.versionId),
    );
    const plan = await set.plan('one');
    expect(plan.promotions).toEqual([]);
    expect(plan.warnings?.join()).toContain('stay on it: billing (AWSPENDING)');
  });
});
