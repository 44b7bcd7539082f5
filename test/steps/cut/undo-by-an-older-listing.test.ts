import { expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { undo } from '../../../lambdas/undo.ts';
import { justCut } from '../just-cut.ts';

const halt = { Error: 'SuccessorRefused', Cause: 'the leaf of billing was refused' };

/** A cut of twenty minutes ago, and the listing that the API gave before it. */
async function cut() {
  const found = await justCut(halt);
  found.set.time.now += 1_200;
  return found;
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
