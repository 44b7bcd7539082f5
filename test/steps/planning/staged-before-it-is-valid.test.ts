import { describe, expect, it } from 'vitest';
import { runOf } from '../../../lambdas/domain/memory/audit.ts';
import { DAY, NOW, type Scene, scene } from '../scene.ts';

const FROM = NOW + 600;

/**
 * Acme's anchor expires in twenty hours. Its clients have a leaf staged that becomes valid in ten minutes.
 */
const staged = (names: string[] = ['billing']) =>
  scene(
    [
      { id: 'cert_acme0', expires: 20 / 24, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    names.map((name) => ({
      ...{ name, project: 'proj_a', running: { anchor: 'cert_acme0' } },
      staged: { anchor: 'cert_acme1', from: FROM },
    })),
  );

it('rule 6, I11: a staged leaf that is valid in ten minutes is looked at again then, and its client is moved', async () => {
  const set = await staged();
  const first = await set.plan('one');
  expect(first).toMatchObject({ decision: 'blocked', blocked: [{ client: 'billing', readyAt: FROM }] });
  expect(Date.parse(first.nextRotationAt ?? '') / 1000).toBe(FROM);
  await set.leases.release('one');
  set.time.now = FROM + 1;
  expect((await set.plan('two')).promotions).toMatchObject([{ client: 'billing' }]);
});

it('rule 6: so it is of many, of whom most are told of in one line', async () => {
  const set = await staged(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  const { blocked, nextRotationAt } = await set.plan('one');
  expect(blocked.at(-1)).toMatchObject({ clients: ['f', 'g'], readyAt: FROM });
  expect(Date.parse(nextRotationAt ?? '') / 1000).toBe(FROM);
});

it('I13: nobody is told to stage a leaf where the one that is staged has only to begin', async () => {
  const { blocked } = await (await staged()).plan('one');
  const [reason = ''] = blocked.map((one) => one.reason);
  expect(reason).toContain(`is not valid before ${new Date(FROM * 1000).toISOString().slice(0, 16)}`);
  expect(reason).not.toContain('stage a leaf');
});

it('I19: a leaf that ends before it is relied on no more is none that has only to begin', async () => {
  const set = await staged();
  await set.stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', from: FROM, until: FROM + DAY });
  const { blocked } = await set.plan('one');
  expect(blocked.map(({ readyAt }) => readyAt)).toEqual([undefined]);
});

/** Plans a run that says in red what is blocked. The next run can plan a minute later. */
async function told(set: Scene) {
  const plan = await set.plan('one');
  await set.journal.rememberTold(runOf({ id: 'one', startedAt: plan.plannedAt }));
  await set.leases.release('one');
  set.running.delete('one');
  set.time.now += 60;
}

describe('many who have only to wait, of whom most are told of in one line (I13)', () => {
  const named = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

  it('ring no more where one of the first is done, and the next takes its place', async () => {
    const set = await staged(named);
    await told(set);
    await set.stage('a', 'AWSCURRENT', { anchor: 'cert_acme1' });
    const { isRed, blocked } = await set.plan('two');
    expect(blocked.map(({ client }) => client)).toContain('f');
    expect(isRed).toBe(false);
  });

  it('ring anew where another leaf is staged for one of the last that will not do', async () => {
    const set = await staged(named);
    await told(set);
    await set.stage('g', 'AWSPENDING', { anchor: 'cert_acme1', until: NOW + DAY });
    expect((await set.plan('two')).isRed).toBe(true);
  });
});

describe('a leaf that begins on the fifth day, where a rotation soaks for seven', () => {
  /**
   * A client of an anchor that expires in `expires` days. Its staged leaf is valid from the fifth day until
   * day `until`.
   */
  const beginning = (until: number, expires = 20) =>
    scene(
      [
        { id: 'cert_acme0', expires, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [
        {
          ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
          staged: { anchor: 'cert_acme1', from: NOW + 5 * DAY, until: NOW + until * DAY },
        },
      ],
    );
  const reasonIn = async (set: Awaited<ReturnType<typeof beginning>>) =>
    (await set.plan('one')).blocked.map(({ reason }) => reason).join();

  it.each([
    ['is waited for where it lasts through that soak and the margin', 15, 20, true],
    ['is told to end too soon from the first day on (I13, I19)', 12, 20, false],
    ['is waited for where the soak that begins with it is cut short by the expiry', 11, 9, true],
  ])('%s', async (_, until, expires, isWaiting) => {
    const reason = await reasonIn(await beginning(until, expires));
    expect(reason.includes('nothing is to be done until then')).toBe(isWaiting);
    expect(reason.includes('stage a leaf')).toBe(!isWaiting);
    expect(/ends at .*, not after .*, until when it is relied on then/.test(reason)).toBe(!isWaiting);
  });

  it('is not told to be all that is needed where what its client runs on ends before (I13)', async () => {
    const reason = await reasonIn(await beginning(30, 4));
    expect(reason).not.toContain('nothing is to be done');
    expect(reason).toContain('what its client runs on ends at');
    expect(reason).toContain('stage a leaf');
  });

  it('rings anew where another is staged in its place that will not do (I13)', async () => {
    const set = await beginning(15);
    await told(set);
    await set.stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', until: NOW + 6 * DAY });
    expect(await set.plan('two')).toMatchObject({ isRed: true, blocked: [{ client: 'billing' }] });
  });

  it.each([
    ['begins too late', { anchor: 'cert_acme1', from: NOW + 9 * DAY }],
    ['will not do beside what its client runs on, which cannot be read', undefined],
  ])('rings anew as well where another is staged that %s (I13)', async (_, other) => {
    const set = await beginning(60, 8);
    await told(set);
    if (other) await set.stage('billing', 'AWSPENDING', other);
    else set.world.secrets.put('billing', '{}', ['AWSCURRENT']);
    const { isRed, blocked } = await set.plan('two');
    expect(isRed).toBe(true);
    expect(blocked).toMatchObject([{ client: 'billing' }]);
    expect(blocked[0]).not.toHaveProperty('readyAt');
  });

  it('is not told to be all that is needed where no host is asked about the API key beside it (I9, I13)', async () => {
    const set = await beginning(60);
    const { versionId: _, ...held } = (await set.secrets.read('billing', 'AWSPENDING')) ?? {};
    set.world.secrets.put('billing', JSON.stringify({ ...held, apiKey: 'sk-other' }), ['AWSPENDING']);
    const [first] = (await set.plan('one', undefined, { evidence: 'listing' })).blocked;
    expect(first?.reason).toContain('another API key');
    expect(first?.reason).toContain('stage a leaf');
    expect(first).not.toHaveProperty('readyAt');
  });
});
