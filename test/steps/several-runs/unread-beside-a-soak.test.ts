import { expect, it } from 'vitest';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { scene } from '../scene.ts';

const fire = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'its key leaked' };

/**
 * An emergency has left globex, and acme soaks. Another upload was named whose certificate the API does not
 * give.
 */
async function besideASoak() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
      { id: 'cert_odd0', expires: 300, in: ['proj_b'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
    ],
  );
  const { certificates } = set.ports;
  const content = async (id: string) => {
    if (id === 'cert_odd0') throw new WindlassError('ApiUnavailable', 'retrieve cert_odd0: 503');
    return certificates.content(id);
  };
  const ports = { ...set.ports, certificates: { ...certificates, content } };
  expect(await set.plan('fire', fire)).toMatchObject({ decision: 'blocked' });
  await set.leases.release('fire');
  set.running.delete('fire');
  set.time.now += 300;
  expect(await set.plan('acme')).toMatchObject({ successions: [{ retiring: 'cert_acme0' }] });
  await set.ports.journal.rememberCompromised([
    { anchorId: 'cert_odd0', reason: 'leak', namedAt: instant(set.time.now) },
  ]);
  set.time.now += 900;
  const startedAt = set.time.now;
  const look = () =>
    set.plan('look', { mode: 'scheduled' }, {}, ports, startedAt).catch((error: Error) => error);
  const holder = () => set.world.table.get('lease')?.get('lease')?.holder;
  return { ...set, look, holder };
}

it('I16, I17: what an emergency left is cut beside a soak, though the API has no certificate to give of something else that was named', async () => {
  const { stage, look, holder, time } = await besideASoak();
  await stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
  // Once the run has the lease, it asks for that certificate for minutes, as any run does. Other anchors may
  // have its key (I15).
  expect(await look()).toMatchObject({ name: 'ApiUnavailable' });
  expect(holder()).toBe('look');
  time.now += 1_200;
  expect(await look()).toMatchObject({ atOnce: true, successions: [{ retiring: 'cert_globex0' }] });
});

it('I9: one that sees nothing to cut without that certificate has not looked', async () => {
  const { look, holder, entries } = await besideASoak();
  expect(await look()).toMatchObject({ decision: 'busy' });
  expect(holder()).toBe('acme');
  const { detail } = entries().at(-1) ?? {};
  expect(JSON.stringify(detail)).toContain('what is due could not be looked at');
});
