import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { DAY, NOW, scene } from '../scene.ts';

/** Acme has served its soak: in one project nobody has a leaf to move to, and in the other the proof halts now, or does not. */
async function promoteTwice(isHalted: boolean) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a', 'proj_b'] },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      { name: 'stock', project: 'proj_b', running: { anchor: 'cert_acme0' } },
    ],
  );
  const [provenAt, soakUntil] = [instant(NOW - 8 * DAY), instant(NOW - DAY)];
  await set.journal.rememberSoaks([{ retiring: 'cert_acme0', successor: 'cert_acme1', provenAt, soakUntil }]);
  const plan = await set.plan('one');
  const held = plan.waves.flatMap(({ scopes }) => scopes.map((one) => one.successions[0]?.held ?? false));
  expect(held).toEqual([false, true]);
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const visit = { execution, phase: 'overlap' as const };
  const proven = { verdict: 'proven' as const, error: '' as const, cause: '', provenAt: instant(NOW) };
  const halted = { verdict: 'halted' as const, error: 'ProbeInconclusive' as const, cause: '503' };
  await set.verdicts.leave(visit, { scope: 'proj_a', ...(isHalted ? halted : proven) });
  await set.verdicts.leave(visit, { scope: 'proj_b', ...proven });
  const verification = [{ anyHalted: false, provenAt: instant(NOW) }];
  const attempt = async () =>
    secondsOf((await promote(set.ports, { execution, plan, verification })).soakUntil);
  const ends = [await attempt(), await attempt()];
  return { ends, soaks: await set.journal.soaks() };
}

it('I11: a run soaks for nothing where all that it may cut has halted, though an earlier attempt has forgotten the soak', async () => {
  expect(await promoteTwice(true)).toEqual({ ends: [NOW, NOW], soaks: [] });
});

it('I11: what was served and is cut waits for no other soak, and is remembered', async () => {
  expect(await promoteTwice(false)).toMatchObject({ ends: [NOW, NOW], soaks: [{ retiring: 'cert_acme0' }] });
});
