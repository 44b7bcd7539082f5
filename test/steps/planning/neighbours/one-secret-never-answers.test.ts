import { expect, it } from 'vitest';
import { WindlassError } from '../../../../lambdas/domain/errors.ts';
import { onAcme } from '../../saying.ts';
import { scene } from '../../scene.ts';

it('I17: one secret that Secrets Manager has no answer for, for hours, keeps only its own client waiting', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
  );
  const { secrets } = set.ports;
  const read: typeof secrets.read = async (secret, stage) => {
    // An error without a name of ours counts as an outage, for example a KMS key in an unusual state.
    if (secret === 'search')
      throw new WindlassError('SecretUnavailable', 'secret search: InternalServiceError');
    return secrets.read(secret, stage);
  };
  const ports = { ...set.ports, secrets: { ...secrets, read } };
  // Two hours are longer than any run waits for a project that cannot be listed.
  const planned = await set
    .plan('one', { mode: 'scheduled' }, {}, ports, set.time.now - 7_200)
    .catch((error: Error) => error);
  expect(planned).toMatchObject({ decision: 'rotate', successions: [{ retiring: 'cert_acme0' }] });
});
