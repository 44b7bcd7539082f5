import { expect, it } from 'vitest';
import { onAcme } from '../saying.ts';
import { scene } from '../scene.ts';

it("F16: another active anchor's filter is no proof that the successor keeps a witness out", async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name != "intruder"' },
      { id: 'cert_keel0', expires: 300, in: ['proj_a'], filter: 'subject.common_name == "keel"' },
      // The successor lacks its predecessor's filter.
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
    {
      witnesses: [
        {
          ...{ name: 'intruder', project: 'proj_a' },
          running: { anchor: 'cert_acme1', intermediate: true, by: 'cert_keel0' },
        },
      ],
      choice: 'first',
    },
  );
  const plan = await set.plan('one');
  expect(plan.blocked).toMatchObject([
    {
      anchor: 'cert_acme0',
      witness: 'intruder',
      reason: expect.stringContaining('leads to cert_keel0 as well'),
    },
  ]);
  expect(plan.waves[0]?.scopes[0]?.successions).toMatchObject([{ retiring: 'cert_acme0', held: true }]);
  expect(plan.waves[0]?.scopes[0]?.witnesses).toBeUndefined();
});

it("F16, F7: the filter of another active anchor of the successor's key and name is no proof that the successor keeps a witness out", async () => {
  const FILTER = 'subject.common_name == "billing"';
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: FILTER },
      // The successor lacks its predecessor's filter.
      { id: 'cert_acme1', expires: 300 },
      // A shorter-lived certificate with the successor's key and with the filter. Somebody has activated it
      // for a while.
      { id: 'cert_acme2', expires: 60, in: ['proj_a'], renewedFrom: 'cert_acme1', filter: FILTER },
    ],
    [onAcme('billing', 'proj_a')],
    {
      witnesses: [{ name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
      choice: 'first',
    },
  );
  const beside = { successions: { cert_acme0: 'cert_acme1' } };
  const plan = await set.plan('one', { mode: 'scheduled' }, beside);
  expect(plan.blocked).toMatchObject([
    {
      anchor: 'cert_acme0',
      witness: 'intruder',
      reason: expect.stringContaining('leads to cert_acme2 as well'),
    },
  ]);
  expect(plan.waves[0]?.scopes[0]?.successions).toMatchObject([{ retiring: 'cert_acme0', held: true }]);
  expect(plan.promotions).toHaveLength(1);
  await set.leases.release('one');
  // Once that certificate is gone, hosts check the witness against the successor.
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme2'], 'person');
  const alone = await set.plan('two', { mode: 'scheduled' }, beside);
  expect(alone.blocked).toEqual([]);
  expect(alone.waves[0]?.scopes[0]?.witnesses).toMatchObject([
    { client: 'intruder', successor: 'cert_acme1' },
  ]);
});
