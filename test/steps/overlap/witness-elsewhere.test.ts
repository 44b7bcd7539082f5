import { expect, it } from 'vitest';
import { onAcme } from '../saying.ts';
import { scene } from '../scene.ts';

it("F16: another active anchor's filter is no proof that the successor keeps a witness out", async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name != "intruder"' },
      { id: 'cert_keel0', expires: 300, in: ['proj_a'], filter: 'subject.common_name == "keel"' },
      // Without its predecessor's filter.
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
    { anchor: 'cert_acme0', witness: 'intruder', reason: expect.stringContaining('leads to one as well') },
  ]);
  expect(plan.waves[0]?.scopes[0]?.successions).toMatchObject([{ retiring: 'cert_acme0', held: true }]);
  expect(plan.waves[0]?.scopes[0]?.witnesses).toBeUndefined();
});
