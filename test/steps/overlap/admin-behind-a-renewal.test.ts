import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Activation } from '../../../lambdas/domain/document.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { presenting, trustAdminHost } from '../admin.ts';
import { isIn, overlap } from '../saying.ts';
import { type SceneAnchor, scene, scopeInput } from '../scene.ts';

trustAdminHost();

it('F7, F10, I10: no renewal is activated that may shut the admin credential out, without which it cannot be taken back', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['organization'] },
      // A renewal with the same key and name, which hosts check first. Its filter lets nobody in, and no API
      // shows the filter.
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name == "nobody"',
      },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } }],
    { choice: 'last' },
  );
  // The admin credential presents a leaf of the old anchor, which leads to both anchors (F10).
  const leaf = leafUnder(authorityOf('acme', 0), { client: 'windlass' });
  const ports = await presenting(set, leaf);
  const plan = await set.plan('one', { mode: 'scheduled' }, {}, ports);
  if (plan.decision === 'rotate') {
    const input = scopeInput('one', plan, 'organization');
    let activation: Activation | undefined;
    try {
      activation = await activate(ports, input);
      await verify(ports, overlap(input));
    } catch (error) {
      const { name, message } = error as Error;
      const halt = { Error: name, Cause: message };
      // Windlass's own admin calls may be refused by then.
      await undo(ports, { ...input, ...(activation && { activation }), halt }).catch(() => {});
    }
  }
  expect(await isIn(set, 'billing')).toBe('accepted');
});

/**
 * An anchor of the organization and its renewal, active in the given scopes. With `presenting`, the admin
 * credential presents a leaf of acme.
 */
async function renewed(where: { old: string[]; renewal: string[] }, presenting = true) {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: where.old },
    { id: 'cert_acme1', expires: 300, in: where.renewal, renewedFrom: 'cert_acme0' },
  ];
  const set = await scene(anchors, [
    { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
  ]);
  const present = async (line: string) => {
    set.world.adminCertificate = await leafUnder(authorityOf(line, 0), { client: 'windlass' });
  };
  if (presenting) await present('acme');
  return { set, present };
}

it('I13: the plan says by name what the admin credential needs, and the projects go on', async () => {
  const { set } = await renewed({ old: ['organization', 'proj_a'], renewal: [] });
  const { waves, blocked } = await set.plan('one');
  expect(waves.flatMap(({ scopes }) => scopes.map(({ scope }) => scope))).toEqual(['proj_a']);
  expect(blocked).toMatchObject([{ anchor: 'cert_acme0', scopes: ['organization'] }]);
  expect(blocked[0]?.reason).toContain('activate cert_acme1 in the organization there');
});

it('F7: a renewal is activated in the organization where the admin credential does not hang from it', async () => {
  const { set } = await renewed({ old: ['organization'], renewal: [] }, false);
  const plan = await set.plan('one');
  expect(plan.blocked).toEqual([]);
  await activate(set.ports, scopeInput('one', plan, 'organization'));
  expect(set.activeIn('organization')).toContain('cert_acme1');
});

it('F10: Activate asks what the admin credential presents by now', async () => {
  const { set, present } = await renewed({ old: ['organization'], renewal: [] }, false);
  const input = scopeInput('one', await set.plan('one'), 'organization');
  await present('acme');
  await expect(activate(set.ports, input)).rejects.toMatchObject({ name: 'ClientOnRetiring' });
  expect(set.activeIn('organization')).toEqual(['cert_acme0']);
});

it('I1, F10: nor is the old one cut where the renewal is all that is left to the admin credential', async () => {
  const { set, present } = await renewed({ old: ['organization'], renewal: ['organization'] }, false);
  const free = await set.plan('one');
  await present('acme');
  await expect(deactivate(set.ports, scopeInput('one', free, 'organization'))).rejects.toMatchObject({
    name: 'ClientOnRetiring',
    message: expect.stringContaining('only from cert_acme1'),
  });
  set.running.delete('one');
  const { blocked } = await set.plan('two');
  expect(blocked[0]?.reason).toContain('deactivate cert_acme0 in the organization by hand');
});
