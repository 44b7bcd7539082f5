import { expect, it } from 'vitest';
import { restore } from '../../../lambdas/restore.ts';
import { DAY, HOST, NOW, scene } from '../scene.ts';

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const execution = { id: 'one', startedAt: iso(NOW) };
const soak = { provenAt: iso(NOW - 9 * DAY), soakUntil: iso(NOW - 2 * DAY) };
const beside = { retiring: 'cert_acme0', successor: 'cert_acme9' };

/**
 * Billing ran on a leaf of acme1, missed the soak of others with it, and now runs on a leaf of acme2, which
 * is active nowhere.
 */
async function onAnother() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_acme2', expires: 400 },
    ],
    [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } }],
  );
  await set.stage('billing', 'AWSCURRENT', { anchor: 'cert_acme2' });
  await set.journal.rememberSoaks([
    { ...soak, retiring: 'cert_acme0', successor: 'cert_acme1' },
    { ...soak, retiring: 'cert_acme3', successor: 'cert_acme1' },
    { ...soak, ...beside },
  ]);
  return set;
}

it('rule 5: who goes back to the leaf of another successor has a whole soak with that one, whatever retires in favour of it', async () => {
  const { ports, journal, plan } = await onAnother();
  const successions = { cert_acme0: 'cert_acme2' };
  const planned = await plan('one', { mode: 'scheduled' }, { successions });
  expect(planned.successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme2' }]);
  const restored = await restore({ ...ports, hosts: [HOST] }, { execution, plan: planned });
  expect(restored).toMatchObject({ restored: ['billing'] });
  expect(await journal.soaks()).toMatchObject([beside]);
});

it('rule 5: a plan of an older version does not say what that leaf leads to: all soaks begin anew but those of the successor that it proves', async () => {
  const { ports, journal, plan } = await onAnother();
  const own = { ...soak, retiring: 'cert_acme0', successor: 'cert_acme2' };
  await journal.rememberSoaks([own]);
  const successions = { cert_acme0: 'cert_acme2' };
  const planned = await plan('one', { mode: 'scheduled' }, { successions });
  for (const check of planned.waves.flatMap(({ scopes }) => scopes).flatMap(({ checks }) => checks))
    delete check.backTo;
  const restored = await restore({ ...ports, hosts: [HOST] }, { execution, plan: planned });
  expect(restored).toMatchObject({ restored: ['billing'] });
  expect(await journal.soaks()).toMatchObject([own]);
});

it('rule 5: so does who is let in again by that leaf before anything else, though the same run is to cut by the soak that was served', async () => {
  const { ports, journal, plan } = await onAnother();
  await journal.rememberCompromised([{ anchorId: 'cert_acme2' }]);
  const planned = await plan('one');
  expect(planned.successions).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme1' }]);
  const input = { execution, plan: planned, only: 'outside' as const };
  expect(await restore({ ...ports, hosts: [HOST] }, input)).toMatchObject({ restored: ['billing'] });
  expect(await journal.soaks()).toMatchObject([beside]);
});
