import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlap } from '../saying.ts';
import { type Scene, scene, scopeInput } from '../scene.ts';

/** Plans an emergency and runs its first scope as far as it gets. */
async function cutByEmergency(set: Scene, request: Request) {
  const plan = await set.plan('fire', request);
  if (plan.decision !== 'rotate') return plan;
  const input = scopeInput('fire', plan);
  const cutHere = async () => {
    await activate(set.ports, input);
    const verification = await verify(set.ports, overlap(input));
    await promoteScope(set.ports, { ...input, verification });
    await verify(set.ports, { ...input, moment: 'beforeCut' });
    await deactivate(set.ports, input);
  };
  await cutHere().catch(() => {});
  return plan;
}

it('I2, F8: an emergency leaves no scope to an anchor that a cut may be about to take out whose call is on its way', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        staged: { anchor: 'cert_acme0', as: 'spare' },
      },
    ],
  );
  // A rotation was about to cut the old anchor. It has written that down, and its call has not arrived yet.
  const cut = { scope: 'proj_a', retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false };
  await set.leases.take({ execution: 'one', mode: 'scheduled' });
  set.running.add('one');
  await set.journal.rememberCuts([{ ...cut, cutAt: instant(set.time.now - 5) }]);
  const run = { execution: { id: 'one', startedAt: instant(set.time.now - 600) } };
  const intent = { deactivating: ['cert_acme0'], before: ['cert_acme0', 'cert_acme1'] };
  await set.journal.record(entryOf(run, set.time.now - 5, 'deactivating', intent, 'proj_a'));
  // Now somebody names the new anchor, and the emergency takes over. Billing has a spare leaf of the old
  // anchor.
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme1'], reason: 'its key leaked' };
  const plan = await cutByEmergency(set, fire);
  expect(plan.blocked).toMatchObject([{ anchor: 'cert_acme1', scopes: ['proj_a'] }]);
  // The rotation's call lands a minute after it was made.
  set.time.now += 60;
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'windlass');
  // Where no anchor is active any more, hosts ask for no certificate (F8).
  expect(set.activeIn('proj_a')).not.toEqual([]);
  // Once such a call cannot land any more, the next run cuts what is left.
  set.time.now += 900;
  set.running.clear();
  expect((await set.plan('next')).successions).toMatchObject([{ retiring: 'cert_acme1' }]);
});

it('I2, F8: nor to a successor that the run before was about to take back', async () => {
  const set = await scene([
    { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
  ]);
  // A rotation has activated the new anchor and is about to take it back. It has written that down, and its
  // call has not arrived yet.
  await set.leases.take({ execution: 'one', mode: 'scheduled' });
  set.running.add('one');
  const run = { execution: { id: 'one', startedAt: instant(set.time.now - 600) } };
  const line = (ago: number, ...[event, detail]: ['activating' | 'undoing', object]) =>
    set.journal.record(entryOf(run, set.time.now - ago, event, { ...detail }, 'proj_a'));
  await line(60, 'activating', { activating: ['cert_acme1'], before: ['cert_acme0'] });
  await line(5, 'undoing', { takingBack: ['cert_acme1'], before: ['cert_acme0', 'cert_acme1'] });
  // Now somebody names the old anchor, and the emergency takes over.
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  await cutByEmergency(set, fire);
  set.time.now += 60;
  set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'windlass');
  expect(set.activeIn('proj_a')).not.toEqual([]);
});
