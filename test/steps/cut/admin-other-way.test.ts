import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { presenting, stillIn, throughItsCut, trustAdminHost } from '../admin.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

trustAdminHost();

it.each([undefined, 'subject.common_name == "bolts"'])(
  'I1, I10, F10, F16: no cut in the organization leaves the admin credential to another anchor whose filter nobody has seen: %s',
  async (filter) => {
    const set = await scene([
      { id: 'cert_acme0', expires: 20, in: ['organization'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['organization'], ...(filter !== undefined && { filter }) },
    ]);
    // Bolt has cross-signed acme's first anchor, so this leaf leads to both.
    const leaf = leafUnder(authorityOf('acme', 0), { client: 'windlass', by: authorityOf('bolt', 0) });
    const { again } = await throughItsCut(set, await presenting(set, leaf));
    expect(again).toBe('listed');
  },
);

it.each([undefined, 'subject.common_name == "bolts"'])(
  'I10, F7, F10: no activation in the organization puts before the chain of the admin credential the CA that has issued it, whose filter nobody has seen: %s',
  async (filter) => {
    const set = await scene(
      [{ id: 'cert_acme0', expires: 20, in: ['organization'] }],
      [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0', intermediate: true } }],
    );
    const { organization } = set.world;
    const leaf = leafUnder(authorityOf('acme', 0), { client: 'windlass', intermediate: true });
    const end = '-----END CERTIFICATE-----\n';
    const pem = `${leaf.certificateChain.split(end)[1]}${end}`;
    const about = { id: 'cert_acme1', name: 'acme@1', createdAt: NOW - DAY, expiresAt: NOW + 300 * DAY, pem };
    organization.seed({ ...about, ...(filter !== undefined && { filter }) }, []);
    const ports = await presenting(set, leaf);
    const plan = await set.plan('one', { mode: 'scheduled' }, {}, ports);
    if (plan.decision !== 'rotate') return;
    await activate(ports, scopeInput('one', plan, 'organization')).catch(() => {});
    expect(await stillIn(ports)).toBe('listed');
  },
);
