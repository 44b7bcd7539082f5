import { expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { undo } from '../../../lambdas/undo.ts';
import { justCut } from '../just-cut.ts';

const halt = { Error: 'ProbeRefused', Cause: 'the probe of billing says nothing: 401' };

it('I17: there is nothing to undo in a project that is archived by then, and its cut stays remembered', async () => {
  const { set, input } = await justCut(halt);
  set.world.broken.add('project proj_a');
  expect(await undo(set.ports, input)).toMatchObject({
    ...{ anyCut: false, anyBack: false, reactivated: [], left: ['cert_acme0'] },
    also: expect.stringContaining('proj_a is archived'),
  });
  expect(await set.journal.cuts()).toMatchObject([{ scope: 'proj_a', retiring: 'cert_acme0' }]);
});

it('I10: one that the API does not find, and lists all the same, may have clients outside: its undo has failed', async () => {
  const { set, input } = await justCut(halt);
  const list: typeof set.ports.certificates.list = async () => {
    throw new WindlassError('UnknownProject', '404');
  };
  const ports = { ...set.ports, certificates: { ...set.ports.certificates, list } };
  await expect(undo(ports, input)).rejects.toMatchObject({ name: 'UnknownProject' });
});
