import { expect, it } from 'vitest';
import { WindlassError } from '../../../../lambdas/domain/errors.ts';
import { onAcme } from '../../saying.ts';
import { scene } from '../../scene.ts';

it('I16, I17: one project that answers 403, where every other listing goes through, keeps no emergency from the others', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a')],
  );
  const { certificates } = set.ports;
  const list: typeof certificates.list = async (scope) => {
    if (scope === 'proj_b')
      throw new WindlassError('AdminKeyRefused', 'list project proj_b: 403 this project is not accessible', {
        cause: { status: 403 },
      });
    return certificates.list(scope);
  };
  const ports = { ...set.ports, certificates: { ...certificates, list } };
  const emergency = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  const planned = await set.plan('fire', emergency, {}, ports).catch((error: Error) => error);
  expect(planned).toMatchObject({ decision: 'rotate' });
});
