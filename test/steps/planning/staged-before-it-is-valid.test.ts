import { expect, it } from 'vitest';
import { DAY, NOW, scene } from '../scene.ts';

const FROM = NOW + 600;

/** Acme's anchor ends in twenty hours, and what is staged for its clients is valid in ten minutes, by its issuer's clock. */
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
