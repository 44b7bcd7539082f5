import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { authorityOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { isIn } from '../saying.ts';
import { DAY, HOST, NOW, type Scene, scene, scopeInput } from '../scene.ts';

/** Runs the overlap of a client that gets in beforehand, and the undo where the overlap halts. */
async function throughTheOverlap(set: Scene): Promise<void> {
  const ports = { ...set.ports, hosts: [HOST] };
  const input = scopeInput('one', await set.plan('one'));
  expect(await isIn(set, 'billing')).toBe('accepted');
  const activation = await activate(ports, input);
  const error = await verify(ports, { ...input, activation, moment: 'overlap' }).then(
    () => null,
    (thrown: Error) => thrown,
  );
  if (error) await undo(ports, { ...input, activation, halt: { Error: error.name, Cause: error.message } });
}

it('I11, F7, F16: what a client runs on gets in during the overlap as well, and not the leaf alone that it is to be moved to', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      // A renewal with the same key and name. Its filter lets only the new leaves in.
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name == "billing-v2"',
      },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1', as: 'billing-v2' },
      },
    ],
    { choice: 'last' },
  );
  await throughTheOverlap(set);
  // The workload has not read the new leaf yet. It has the days of the soak for that.
  expect(await isIn(set, 'billing')).toBe('accepted');
});

it('I11, F7, F16: nor where the successor is the very CA that has issued both leaves, which every host asks before the chain', async () => {
  const by = { anchor: 'cert_acme0', intermediate: true };
  const set = await scene(
    [{ id: 'cert_acme0', expires: 20, in: ['proj_a'] }],
    [{ name: 'billing', project: 'proj_a', running: by, staged: { ...by, as: 'billing-v2' } }],
  );
  const leaf = leafUnder(authorityOf('acme', 0), { client: 'billing', intermediate: true });
  const pem = `${leaf.certificateChain.split('-----END CERTIFICATE-----\n')[1]}-----END CERTIFICATE-----\n`;
  const about = { id: 'cert_acme1', name: 'acme@1', createdAt: NOW - DAY, expiresAt: NOW + 300 * DAY, pem };
  set.world.organization.seed({ ...about, filter: 'subject.common_name == "billing-v2"' }, []);
  await throughTheOverlap(set);
  expect(await isIn(set, 'billing')).toBe('accepted');
});
