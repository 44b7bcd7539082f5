import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { presenting, throughItsCut, trustAdminHost } from '../admin.ts';
import { overlap } from '../saying.ts';
import { type SceneClient, scene, scopeInput } from '../scene.ts';

trustAdminHost();

/**
 * Acme's first anchor is due in the organization. The admin credential presents a leaf of that anchor (F10).
 */
async function withAdminOnRetiring(scopes = ['organization'], expires = 20) {
  const set = await scene([
    { id: 'cert_acme0', expires, in: scopes },
    { id: 'cert_acme1', expires: 300 },
  ]);
  const leaf = await leafUnder(authorityOf('acme', 0), { client: 'windlass' });
  return { ...set, ports: await presenting(set, leaf) };
}

it("I1, F10: no cut locks out the admin credential's own client certificate, without which nothing can be taken back", async () => {
  const set = await withAdminOnRetiring();
  expect(await throughItsCut(set, set.ports)).toEqual({ outcome: null, undone: null, again: 'listed' });
});

/**
 * As {@link withAdminOnRetiring}, without TLS. `present` changes which leaf the admin credential presents.
 */
async function inMemory(generation: number) {
  const set = await scene([
    { id: 'cert_acme0', expires: 20, in: ['organization'] },
    { id: 'cert_acme1', expires: 300, in: ['organization'] },
  ]);
  const present = async (by: number): Promise<void> => {
    set.world.adminCertificate = await leafUnder(authorityOf('acme', by), { client: 'windlass' });
  };
  await present(generation);
  const plan = await set.plan('one', { mode: 'scheduled' });
  const cut = () => deactivate(set.ports, scopeInput('one', plan, 'organization'));
  return { ...set, plan, present, cut };
}

it('F10: an admin credential that presents a leaf of the successor holds up no cut', async () => {
  const { plan, cut, world } = await inMemory(1);
  expect(plan.blocked).toEqual([]);
  await cut();
  expect(world.organization.isActive('organization', 'cert_acme0')).toBe(false);
});

it('I13: the plan says by name what the admin credential needs', async () => {
  const { plan } = await inMemory(0);
  expect(plan.blocked.map(({ anchor, scopes }) => [anchor, scopes])).toEqual([
    ['cert_acme0', ['organization']],
  ]);
  expect(plan.blocked[0]?.reason).toContain('put a certificate of it into the admin secret');
});

it('I1, F10: a cut asks what the admin credential presents by now, since somebody may have put an old one back', async () => {
  const { present, cut, world } = await inMemory(1);
  await present(0);
  await expect(cut()).rejects.toMatchObject({ name: 'ClientOnRetiring' });
  expect(world.organization.isActive('organization', 'cert_acme0')).toBe(true);
});

it('I16: an emergency leaves a leaked key active in no project because its own cut in the organization has shut it out', async () => {
  const set = await withAdminOnRetiring(['organization', 'proj_a'], 200);
  const { ports } = set;
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const plan = await set.plan('fire', fire, {}, ports);
  for (const scope of ['organization', 'proj_a']) {
    const input = scopeInput('fire', plan, scope);
    const cut = async () => {
      await activate(ports, input);
      const verification = await verify(ports, overlap(input));
      await promoteScope(ports, { ...input, verification });
      await verify(ports, { ...input, moment: 'beforeCut' });
      await deactivate(ports, input);
    };
    // A halt in one scope does not stop the other (I16).
    await cut().catch(() => {});
  }
  expect(set.world.organization.isActive('proj_a', 'cert_acme0')).toBe(false);
});

it('F10, F16: what a witness got in by is not taken back from under the admin credential itself', async () => {
  const filter = 'subject.common_name in ["billing", "windlass"]';
  const on = (name: string, anchor: string, staged?: string): SceneClient => ({
    ...{ name, project: 'proj_a', running: { anchor }, ...(staged && { staged: { anchor: staged } }) },
  });
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['organization'], filter },
      { id: 'cert_acme1', expires: 300 },
    ],
    [on('billing', 'cert_acme0', 'cert_acme1')],
    { witnesses: [on('intruder', 'cert_acme1')] },
  );
  const input = scopeInput('one', await set.plan('one'), 'organization');
  const activation = await activate(set.ports, input);
  // An operator follows the plan's warning at once.
  set.world.adminCertificate = await leafUnder(authorityOf('acme', 1), { client: 'windlass' });
  const halt = await verify(set.ports, overlap(input)).then(
    () => ({ Error: '', Cause: '' }),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  expect(halt.Error).toBe('TrustWidened');
  const undone = await undo(set.ports, { ...input, activation, halt });
  expect(undone.also).toContain('left active in organization: cert_acme1');
  await expect(set.ports.certificates.list('organization')).resolves.toHaveLength(2);
});
