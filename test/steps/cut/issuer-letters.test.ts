import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder, twinOf } from '../../../simulation/certificates/material.ts';
import { isIn, onAcme } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

it.each(['acme 0', 'ACME 0', 'acme  0'])(
  'I1: whoever was moved onto the retiring anchor during the soak is seen before the cut, however its leaf writes the name of the issuer: %j',
  async (issuer) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_keel0', expires: 300, in: ['proj_a'] },
      ],
      [onAcme('billing', 'proj_a'), { name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0' } }],
    );
    const ports = { ...set.ports, hosts: [HOST] };
    const input = scopeInput('one', await set.plan('one'));
    await activate(ports, input);
    await set.stage('billing', 'AWSCURRENT', { anchor: 'cert_acme1' });
    // Somebody moves the client to this leaf. Names are compared without regard to case and spaces (RFC 5280,
    // 7.1).
    const leaf = leafUnder(twinOf(authorityOf('acme', 0), issuer), { client: 'search' });
    set.world.secrets.put('search', JSON.stringify({ apiKey: 'sk-search', ...leaf }), ['AWSCURRENT']);
    expect(await isIn(set, 'search')).toBe('accepted');
    await expect(verify(ports, { ...input, moment: 'beforeCut' })).rejects.toMatchObject({
      name: 'ClientOnRetiring',
    });
  },
);
