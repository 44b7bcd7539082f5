import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { scene, scopeInput } from '../scene.ts';

const halt = { Error: 'SuccessorRefused', Cause: 'the leaf of billing was refused' };

/** A cut of some twenty minutes ago, and the listing that the API gave before it. */
async function cut() {
  const set = await scene();
  const input = scopeInput('one', await set.plan('one'));
  await activate(set.ports, input);
  await verify(set.ports, { ...input, moment: 'overlap' });
  const { versionId = '' } = (await set.secrets.read('billing', 'AWSPENDING')) ?? {};
  await set.secrets.promote('billing', versionId);
  const older = await set.ports.certificates.list('proj_a');
  const deactivation = await deactivate(set.ports, input);
  set.time.now += 1_200;
  return { set, older, input: { ...input, deactivation, halt } };
}

it('I7, I10: a cut is put back though the API gives a listing that is older than it, as if somebody had been there', async () => {
  const { set, older, input } = await cut();
  const certificates = { ...set.ports.certificates, list: async () => older };
  await undo({ ...set.ports, certificates }, input);
  expect(set.activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1']);
});

it.each(['ApiRefused', 'ApiUnavailable'] as const)(
  'I9: where the API then takes no call (%s) the undo has not failed, and the cut stays remembered',
  async (name) => {
    const { set, older, input } = await cut();
    const none = async () => {
      throw new WindlassError(name, 'no');
    };
    const certificates = { ...set.ports.certificates, list: async () => older, activate: none };
    expect(await undo({ ...set.ports, certificates }, input)).toMatchObject({ anyBack: true });
    expect(await set.journal.cuts()).toMatchObject([{ retiring: 'cert_acme0' }]);
  },
);
