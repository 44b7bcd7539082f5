import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { fingerprintOf } from '../../../lambdas/adapters/x509/fingerprint.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlap } from '../saying.ts';
import { DAY, NOW, type Scene, type SceneLeaf, scene, scopeInput } from '../scene.ts';

/** Runs the overlap of one run and its promotion. Returns the end of the soak (Unix seconds). */
async function overlapping(set: Scene, execution: string): Promise<number> {
  const plan = await set.plan(execution);
  const input = scopeInput(execution, plan);
  await activate(set.ports, input);
  const { provenAt } = await verify(set.ports, overlap(input));
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution: input.execution, phase: 'overlap' }, proven);
  const verification = [{ anyHalted: false, provenAt }];
  const { soakUntil } = await promote(set.ports, { execution: input.execution, plan, verification });
  return Date.parse(soakUntil) / 1000;
}

it('I11: a leaf of the successor that is renewed for a client which runs on one costs no other week of a soak', async () => {
  const set = await scene();
  const first = await overlapping(set, 'one');
  set.time.now += 6 * DAY;
  // The run is stopped. Its client has run on the successor for six days, and its leaf is renewed.
  const startedAt = instant(set.time.now - 6 * DAY);
  const halt = { Error: 'Stopped', Cause: 'by hand' };
  await release(set.ports, { execution: { id: 'one', startedAt }, halt });
  set.running.delete('one');
  await set.stage('billing', 'AWSPENDING', { anchor: 'cert_acme1', as: 'renewed' });
  expect(await overlapping(set, 'two')).toBe(first);
});

it('I19: nor is anybody moved to a renewal that ends before the soak does which it begins anew', async () => {
  const ends = NOW + 3 * DAY;
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        // This leaf lasts longer than the safety margin, as a leaf must after a soak that was served.
        staged: { anchor: 'cert_acme1', as: 'renewed', until: ends } as SceneLeaf,
      },
    ],
  );
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
  const soak = { ...pair, provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
  await set.journal.rememberSoaks([soak]);
  const soakUntil = await overlapping(set, 'one');
  const held = await set.secrets.read('billing', 'AWSCURRENT');
  const before = await set.fingerprint('billing', { anchor: 'cert_acme1' });
  const isMoved = fingerprintOf(held?.certificateChain ?? '') !== before;
  expect(isMoved && soakUntil > ends).toBe(false);
});
