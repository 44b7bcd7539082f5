import { expect, it } from 'vitest';
import { scene } from '../../scene.ts';

it('I16, I17: an emergency goes on though one project shows a date that nobody can read of an anchor that nothing depends on', async () => {
  const set = await scene([
    { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300 },
    { id: 'cert_odd0', expires: 300 },
  ]);
  const { certificates } = set.ports;
  const list = async (scope: string) =>
    (await certificates.list(scope)).map((one) =>
      scope === 'proj_b' && one.anchorId === 'cert_odd0'
        ? {
            ...one,
            expiresAt: 0,
            flaw: 'has no certificate_details.expires_at, so nobody can say when it is due',
          }
        : one,
    );
  const odd = { ...set.ports, certificates: { ...certificates, list } };
  const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
  await expect(set.plan('fire', fire, {}, odd)).resolves.toMatchObject({
    successions: [{ retiring: 'cert_acme0' }],
  });
});
