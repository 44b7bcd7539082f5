import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme, overlap, refusing } from '../saying.ts';
import { scene, scopeInput } from '../scene.ts';

it('I17: a successor that the API does not activate keeps no other one of its scope from being activated', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [
      onAcme('billing', 'proj_a'),
      {
        name: 'stock',
        project: 'proj_a',
        running: { anchor: 'cert_keel0' },
        staged: { anchor: 'cert_keel1' },
      },
    ],
  );
  const picky = refusing(set, (_, ids) => ids.includes('cert_keel1'));
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(picky, input);
  expect(activation).toMatchObject({
    activated: ['cert_acme1'],
    refusals: [{ anchor: 'cert_keel1', error: 'ApiRefused' }],
  });
  expect(set.activeIn('proj_a')).toContain('cert_acme1');
  // The client of acme is proven. The scope halts for the refused successor, whose own client is not probed.
  await expect(verify(picky, { ...overlap(input), activation })).rejects.toMatchObject({
    name: 'ApiRefused',
  });
  const visit = { execution: input.execution, phase: 'overlap' as const };
  expect(await set.verdicts.provenIn(visit)).toMatchObject([
    { clients: ['billing'], error: 'ApiRefused', refused: ['cert_keel1'] },
  ]);
});

it('a scope halts at its activation where the API takes none of its successors', async () => {
  const set = await scene();
  const none = {
    ...set.ports.certificates,
    activate: () => Promise.reject(new WindlassError('ApiRefused', '400 no')),
  };
  const input = scopeInput('one', await set.plan('one'));
  await expect(activate({ ...set.ports, certificates: none }, input)).rejects.toMatchObject({
    name: 'ApiRefused',
  });
  // A later activation of this anchor is then not taken for ours (F19).
  const { lines } = await set.ports.journal.changes(0);
  expect(lines.find(({ detail }) => detail.notTaken)).toMatchObject({
    event: 'activating',
    detail: { notTaken: ['cert_acme1'] },
  });
});
