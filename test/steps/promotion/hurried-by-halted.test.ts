import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Probe } from '../../../lambdas/adapters/hosts/probe.ts';
import { type ErrorName, WindlassError } from '../../../lambdas/domain/errors.ts';
import { secondsOf } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { SILENT, saying } from '../saying.ts';
import { DAY, NOW, scene, scopeInput } from '../scene.ts';

/**
 * Acme has 25 days left and soaks, and keel has `keelExpires` days left. `goesWrong` says what happens to
 * keel's client in the overlap, which may keep keel from its cut.
 */
async function soakBeside(
  keelExpires: number,
  goesWrong: 'nothing' | 'it does not answer' | 'its leaf changes',
) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 25, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_keel0', expires: keelExpires, in: ['proj_b'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    ['acme', 'keel'].map((line, i) => ({
      ...{ name: `of-${line}`, project: ['proj_a', 'proj_b'][i] ?? '', running: { anchor: `cert_${line}0` } },
      staged: { anchor: `cert_${line}1` },
    })),
  );
  const isSilent = goesWrong === 'it does not answer';
  const probe: Probe = saying(set.ports.probe, () => ({ ...(isSilent && { 'of-keel': SILENT }) }));
  const ports = { ...set.ports, probe };
  const plan = await set.plan('one');
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const visit = { execution, phase: 'overlap' as const };
  const proofs: string[] = [];
  for (const scope of ['proj_a', 'proj_b']) {
    const input = scopeInput('one', plan, scope);
    await activate(ports, input);
    try {
      const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
      await set.verdicts.leave(visit, { scope, verdict: 'proven', error: '', cause: '', provenAt });
      proofs.push(provenAt);
    } catch (error) {
      if (!(error instanceof WindlassError)) throw error;
      const { name, message: cause } = error;
      await set.verdicts.leave(visit, { scope, verdict: 'halted', error: name as ErrorName, cause });
    }
  }
  if (goesWrong === 'its leaf changes')
    await set.stage('of-keel', 'AWSPENDING', { anchor: 'cert_keel1', as: 'another' });
  const [provenAt] = proofs;
  const { soakUntil } = await promote(ports, {
    ...{ execution, plan },
    verification: [{ anyHalted: false, provenAt }],
  });
  const days = (at: string) => (secondsOf(at) - NOW) / DAY;
  const soaks = (await set.journal.soaks()).map((one) => [one.retiring, days(one.soakUntil)]);
  return { ...set, run: days(soakUntil), soaks: Object.fromEntries(soaks) };
}

it('rule 5: what is cut in the same run hurries a soak', async () => {
  expect(await soakBeside(4, 'nothing')).toMatchObject({ run: 2 });
});

it.each([
  [4, 'it does not answer' as const],
  [1, 'it does not answer' as const],
  [4, 'its leaf changes' as const],
])(
  'rule 5, I17: what is kept from its cut in the overlap hurries nobody: it ends in %d days, and %s',
  async (days, why) => {
    expect(await soakBeside(days, why)).toMatchObject({ run: 7, soaks: { cert_acme0: 7 } });
  },
);

it.each(['it does not answer' as const, 'its leaf changes' as const])(
  'I17: nor does its client wait for the soak of the others, where %s: a sweep takes over for it',
  async (why) => {
    const { plan, time, world, journal, running } = await soakBeside(4, why);
    time.now += 0.5 * DAY;
    const before = (await journal.soaks()).find(({ retiring }) => retiring === 'cert_acme0');
    expect(await plan('sweep')).toMatchObject({
      successions: [{ retiring: 'cert_keel0' }],
      promotions: [{ client: 'of-keel' }],
    });
    expect(world.table.get('lease')?.get('lease')?.holder).toBe('sweep');
    expect(await journal.soaks()).toContainEqual(before);
    expect(running).toContain('one');
  },
);

it('I12: where everybody has been moved, no other run takes over for what the one that soaks retires itself', async () => {
  const { plan, time, world } = await soakBeside(4, 'nothing');
  time.now += 0.5 * DAY;
  expect(await plan('sweep')).toMatchObject({ decision: 'busy' });
  expect(world.table.get('lease')?.get('lease')?.holder).toBe('one');
});
