import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { DAY, NOW, type Scene, scene } from '../scene.ts';

const acme = { retiring: 'cert_acme0', successor: 'cert_acme1' };
const served = { ...acme, provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };

/**
 * Returns the end of the soak (Unix seconds) by the first and by the second attempt at the promotion. The
 * scopes in `halted` have halted, and the others are proven.
 */
async function promoteTwice(set: Scene, plan: Awaited<ReturnType<Scene['plan']>>, halted: readonly string[]) {
  const execution = { id: 'one', startedAt: plan.plannedAt };
  const provenAt = instant(NOW);
  for (const { scope } of plan.waves.flatMap(({ scopes }) => scopes)) {
    const verdict = halted.includes(scope)
      ? { verdict: 'halted' as const, error: 'ProbeInconclusive' as const, cause: '503' }
      : { verdict: 'proven' as const, error: '' as const, cause: '', provenAt };
    await set.verdicts.leave({ execution, phase: 'overlap' }, { scope, ...verdict });
  }
  const input = { execution, plan, verification: [{ anyHalted: false, provenAt }] };
  const attempt = async () => secondsOf((await promote(set.ports, input)).soakUntil);
  return [await attempt(), await attempt()];
}

/**
 * Acme has served its soak. In one project it may be cut, and in the other the client has no leaf to move to.
 */
async function heldInOne() {
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
  await set.journal.rememberSoaks([served]);
  const plan = await set.plan('one');
  const held = plan.waves.flatMap(({ scopes }) => scopes.map((one) => one.successions[0]?.held ?? false));
  expect(held).toEqual([false, true]);
  return { set, plan };
}

it('I11: a run soaks for nothing where all that it may cut has halted, though an earlier attempt has forgotten the soak', async () => {
  const { set, plan } = await heldInOne();
  expect(await promoteTwice(set, plan, ['proj_a'])).toEqual([NOW, NOW]);
  expect(await set.journal.soaks()).toEqual([]);
});

it('I11: what was served and is cut waits for no other soak, and is remembered', async () => {
  const { set, plan } = await heldInOne();
  expect(await promoteTwice(set, plan, [])).toEqual([NOW, NOW]);
  expect(await set.journal.soaks()).toMatchObject([acme]);
});

it('I11: nor does a run soak where all that it has left to cut is an earlier cut that nobody confirmed', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
      { id: 'cert_keel0', expires: 20 },
      { id: 'cert_keel1', expires: 300, in: ['proj_b'] },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      { name: 'stock', project: 'proj_b', running: { anchor: 'cert_keel1' } },
    ],
  );
  await set.journal.rememberSoaks([served]);
  const keel = { retiring: 'cert_keel0', successor: 'cert_keel1' };
  const cut = { ...keel, scope: 'proj_b', compromised: false, cutAt: instant(NOW - DAY) };
  await set.journal.rememberCuts([cut]);
  const plan = await set.plan('one');
  expect(plan.successions).toMatchObject([{ ...keel, resumed: true }, acme]);
  expect(await promoteTwice(set, plan, ['proj_a'])).toEqual([NOW, NOW]);
});
