import { expect, it } from 'vitest';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

/**
 * Returns what a run deactivates that was planned to confirm an earlier cut. With `isAgain`, somebody
 * activates the anchor again after the plan.
 */
async function deactivatedAfter({ isAgain, compromised }: { isAgain: boolean; compromised: boolean }) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 25 },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
  );
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const cut = { ...pair, scope: 'proj_a', compromised, cutAt: instant(NOW - DAY) };
  await set.journal.rememberCuts([cut]);
  if (compromised)
    await set.journal.rememberCompromised([
      { anchorId: 'cert_acme0', reason: 'leaked', namedAt: instant(NOW - DAY) },
    ] as never);
  const input = scopeInput('one', await set.plan('one', { mode: 'scheduled' }));
  if (isAgain) set.world.organization.toggle('proj_a', 'activate', ['cert_acme0'], 'outsider');
  return deactivate(set.ports, input).then(
    ({ deactivated }) => deactivated,
    ({ name }: Error) => name,
  );
}

it('rule 5: what somebody has activated again since the plan, which was to confirm its cut, is not cut before another soak', async () => {
  expect(await deactivatedAfter({ isAgain: false, compromised: false })).toEqual([]);
  expect(await deactivatedAfter({ isAgain: true, compromised: false })).toBe('RetiringReactivated');
});

it('I6: what is compromised is cut again', async () => {
  expect(await deactivatedAfter({ isAgain: true, compromised: true })).toEqual(['cert_acme0']);
});
