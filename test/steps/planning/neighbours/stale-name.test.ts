import { expect, it } from 'vitest';
import { onAcme } from '../../saying.ts';
import { scene } from '../../scene.ts';

/** A project whose listing always shows the former name of a renamed anchor. */
async function withStaleName(expires: number) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 300, in: ['proj_b'] },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const { certificates } = set.ports;
  const stale = {
    ...certificates,
    list: async (scope: string) => {
      const listed = await certificates.list(scope);
      if (scope !== 'proj_b') return listed;
      return listed.map((one) => (one.anchorId === 'cert_keel0' ? { ...one, name: 'kiel@0' } : one));
    },
  };
  return { ...set, ports: { ...set.ports, certificates: stale } };
}

/** Longer than any run waits for something that may pass by itself. */
const HOURS = 7_200;

it('I16, I17: a stale name in one project keeps an emergency from nothing that has nothing to do with it', async () => {
  const set = await withStaleName(200);
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const plan = await set.plan('fire', fire, {}, set.ports);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme1' }]);
});

it('I17: nor a rotation of another authority', async () => {
  const set = await withStaleName(20);
  const plan = await set.plan('one', { mode: 'scheduled' }, {}, set.ports, set.time.now - HOURS);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme1' }]);
});

it('I9: the first attempts ask again, since it may have been renamed meanwhile', async () => {
  const set = await withStaleName(20);
  await expect(set.plan('one', { mode: 'scheduled' }, {}, set.ports)).rejects.toMatchObject({
    name: 'UnreadableAnswer',
    message: expect.stringContaining('cert_keel0 is listed by organization and proj_b'),
  });
});

it('I9, I17: the anchor that is disputed keeps only itself waiting, and is named', async () => {
  const set = await withStaleName(20);
  const plan = await set.plan('one', { mode: 'scheduled' }, {}, set.ports, set.time.now - HOURS);
  expect(plan).toMatchObject({ isRed: true, decision: 'rotate' });
  expect(plan.blocked).toMatchObject([
    { anchor: 'cert_keel0', reason: expect.stringContaining('with different names or times') },
  ]);
});

it('I16: it is cut all the same where it is compromised itself', async () => {
  const set = await withStaleName(200);
  const fire = { mode: 'emergency' as const, anchors: ['cert_keel0'], reason: 'its key leaked' };
  const policy = { successions: { cert_keel0: 'cert_acme1' }, listingScopes: ['proj_b'] };
  const plan = await set.plan('fire', fire, policy, set.ports);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_keel0', successor: 'cert_acme1' }]);
});
