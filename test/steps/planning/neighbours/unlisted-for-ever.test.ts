import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { WireFailure } from '../../../../simulation/in-process/wire.ts';
import { onAcme } from '../../saying.ts';
import { DAY, NOW, scene } from '../../scene.ts';

it('I17: a project that cannot be listed holds up nobody else for a compromised anchor that was deleted long ago', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );
  /** Plans for twenty minutes while one project cannot be listed. */
  const planned = (execution: string) => {
    const ports = set.portsWith({
      wire: async (call, act) => {
        if (call.op !== 'list' || call.scope !== 'proj_b') return act();
        set.time.now += 1_300;
        throw new WireFailure('503');
      },
    });
    return set.plan(execution, { mode: 'scheduled' }, {}, ports);
  };
  const acme = { decision: 'rotate', successions: [{ retiring: 'cert_acme0' }] };
  expect(await planned('before')).toMatchObject(acme);
  await set.leases.release('before');
  // A year ago an emergency cut globex everywhere, and globex was deleted. No upload of the organization is
  // compromised any more (F6).
  const namedAt = instant(NOW - 365 * DAY);
  await set.journal.rememberCompromised([{ anchorId: 'cert_globex0', keyDigest: 'ab'.repeat(32), namedAt }]);
  expect(await planned('after')).toMatchObject(acme);
});

it('I17: a project that cannot be listed holds up nobody else for a compromised anchor that was cut everywhere and is still uploaded', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      // A year ago an emergency cut this anchor everywhere. It stays uploaded until somebody deletes it, as
      // the vendor advises.
      { id: 'cert_globex0', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const namedAt = instant(NOW - 365 * DAY);
  await set.journal.rememberCompromised([{ anchorId: 'cert_globex0', namedAt }]);
  const ports = set.portsWith({
    wire: async (call, act) => {
      if (call.op !== 'list' || call.scope !== 'proj_b') return act();
      throw new WireFailure('503');
    },
  });
  // Two hours are longer than any run waits for something that may pass by itself.
  const planned = await set.plan('one', { mode: 'scheduled' }, {}, ports, set.time.now - 7_200);
  expect(planned).toMatchObject({
    ...{ decision: 'rotate', isRed: true, isPressing: true },
    successions: [{ retiring: 'cert_acme0' }],
  });
  // The compromised anchor may be active in that project. So no run ends green, and another looks again soon
  // (I9, I15).
  expect(planned.blocked).toMatchObject([
    { anchor: 'cert_globex0', scopes: ['proj_b'] },
    { anchor: 'cert_acme0', scopes: ['proj_b'] },
  ]);
});
