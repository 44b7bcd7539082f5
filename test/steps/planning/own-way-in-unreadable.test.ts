import { expect, it } from 'vitest';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

/**
 * The admin credential presents a leaf of the successor. There is an upload of another authority that the API
 * does not show.
 */
async function beside(expires: number) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires, in: ['organization'] },
      { id: 'cert_acme1', expires: 300, in: ['organization'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      },
    ],
  );
  const about = { id: 'cert_globex0', name: 'globex@0', createdAt: NOW - 90 * DAY };
  set.world.organization.seed({ ...about, expiresAt: NOW + 200 * DAY, pem: null }, ['organization']);
  set.world.adminCertificate = await leafUnder(authorityOf('acme', 1), { client: 'windlass' });
  return set;
}

it('I17, F10: an unreadable upload of another authority keeps no cut in the organization, where the admin credential hangs from the successor', async () => {
  const set = await beside(20);
  const plan = await set.plan('one', { mode: 'scheduled' });
  expect(plan.blocked).toEqual([]);
  await deactivate(set.ports, scopeInput('one', plan, 'organization'));
  expect(set.activeIn('organization')).toEqual(['cert_acme1']);
});

it('I16, F10: nor does it keep a leaked key active in the organization', async () => {
  const set = await beside(200);
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const plan = await set.plan('fire', fire);
  expect(plan.successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme1' }]);
  await deactivate(set.ports, scopeInput('fire', plan, 'organization'));
  expect(set.activeIn('organization')).toEqual(['cert_acme1']);
});

it('I9, F10: an anchor that nobody can read is not cut in the organization where the admin credential may hang from it', async () => {
  const set = await beside(20);
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const input = scopeInput('fire', await set.plan('fire', fire), 'organization');
  // The admin secret's new leaf leads to no anchor that the API shows.
  const own = await leafUnder(authorityOf('globex', 0), { client: 'windlass' });
  const ports = {
    ...set.ports,
    certificates: { ...set.ports.certificates, ownCertificate: async () => own },
  };
  const cut = { retiring: 'cert_globex0', successor: 'cert_acme1', compromised: true };
  const plan = { ...input.plan, successions: [cut] };
  await expect(deactivate(ports, { ...input, plan })).rejects.toMatchObject({
    name: 'ClientOnRetiring',
    message: expect.stringContaining('may hang from cert_globex0'),
  });
});
