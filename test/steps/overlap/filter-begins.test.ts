import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { type SceneClient, scene, scopeInput } from '../scene.ts';

it('F16: where there is time a witness that what is cut may let in halts, and both are named', async () => {
  const billing: SceneClient = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } };
  const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name == "billing"',
      },
    ],
    [billing],
    { witnesses: [intruder], choice: 'first' },
  );
  const input = scopeInput('one', await set.plan('one'));
  await activate(set.ports, input);
  await expect(verify(set.ports, { ...input, moment: 'overlap' })).rejects.toMatchObject({
    name: 'TrustWidened',
    message: expect.stringMatching(
      /give cert_acme1 the filter .* or look for another active anchor .*leads to the anchor that is to be cut as well: .* take intruder out of mustRefuse until it is cut$/,
    ),
  });
});

it.each(['first', 'last'] as const)(
  'F16, I16: a witness that gets in by what an emergency cuts, and not by the successor, keeps no leaked key active (hosts ask the %s)',
  async (choice) => {
    const billing: SceneClient = {
      ...{ name: 'billing', project: 'proj_a' },
      ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
    };
    const intruder: SceneClient = {
      ...{ name: 'intruder', project: 'proj_a' },
      running: { anchor: 'cert_acme1', sameAs: 'cert_acme0' },
    };
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, filter: 'subject.common_name == "billing"' },
      ],
      [billing],
      { witnesses: [intruder], choice },
    );
    // Both roots have certified the CA that issues this leaf, and the witness sends both certificates along.
    const below = leafUnder(authorityOf('acme', 0), { client: 'intruder', intermediate: true });
    const held = JSON.parse(set.world.secrets.read('intruder', 'AWSCURRENT')?.value ?? '{}');
    const [, issuing = ''] = below.certificateChain.split(/(?<=-----END CERTIFICATE-----\n)/);
    const both = { ...held, certificateChain: held.certificateChain + issuing };
    set.world.secrets.put('intruder', JSON.stringify(both), ['AWSCURRENT']);
    const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };
    const planned = await set.plan('one', emergency);
    const input = scopeInput('one', planned);
    expect(input.plan.witnesses).toMatchObject([{ client: 'intruder', afterCut: true }]);
    await activate(set.ports, input);
    const seen = await verify(set.ports, { ...input, moment: 'overlap' }).then(
      () => 'proven',
      ({ name }) => name as string,
    );
    expect(seen).toBe('proven');
  },
);
