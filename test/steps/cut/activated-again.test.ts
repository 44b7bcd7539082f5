import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { entryOf } from '../../../lambdas/domain/memory/audit.ts';
import { promote } from '../../../lambdas/promote.ts';
import { DAY, NOW, scene } from '../scene.ts';

const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };

/**
 * Returns for how many days the next sweep soaks, and the cuts that are remembered then. A run cut acme in
 * proj_a yesterday, and somebody has activated it there again since. Acme was not cut in proj_b. The options
 * say whether the call landed, and whether the cut was confirmed or its answer was lost.
 */
async function soaksAfter({
  hasLanded,
  isConfirmed = false,
  isFound = false,
  secondsAgo = DAY,
}: {
  hasLanded: boolean;
  isConfirmed?: boolean;
  isFound?: boolean;
  secondsAgo?: number;
}) {
  const inBoth = { expires: 25, in: ['proj_a', 'proj_b'] };
  const set = await scene(
    [
      { id: 'cert_acme0', ...inBoth },
      { id: 'cert_acme1', ...inBoth, expires: 300 },
    ],
    [
      { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
      { name: 'search', project: 'proj_b', running: { anchor: 'cert_acme1' } },
    ],
  );
  const cutAt = instant(NOW - DAY);
  const soak = { ...pair, provenAt: instant(NOW - 8 * DAY), soakUntil: cutAt };
  await set.journal.rememberSoaks([soak]);
  const cut = { ...pair, scope: 'proj_a', compromised: false, cutAt };
  if (!isConfirmed) await set.journal.rememberCuts([cut]);
  const before = { execution: { id: 'before', startedAt: soak.provenAt } };
  const announced = { deactivating: ['cert_acme0'], before: ['cert_acme0', 'cert_acme1'] };
  await set.journal.record(entryOf(before, NOW - secondsAgo, 'deactivating', announced, 'proj_a'));
  const gone = isFound
    ? { deactivated: [], alreadyInactive: ['cert_acme0'] }
    : { deactivated: ['cert_acme0'] };
  const done = { ...gone, after: ['cert_acme1'] };
  if (hasLanded)
    await set.journal.record(entryOf(before, NOW - secondsAgo + 5, 'deactivated', done, 'proj_a'));
  const plan = await set.plan('sweep');
  const execution = { id: 'sweep', startedAt: plan.plannedAt };
  const proven = { verdict: 'proven' as const, error: '' as const, cause: '', provenAt: instant(NOW) };
  for (const scope of ['proj_a', 'proj_b'])
    await set.verdicts.leave({ execution, phase: 'overlap' }, { scope, ...proven });
  const verification = [{ anyHalted: false, provenAt: instant(NOW) }];
  const { soakUntil } = await promote(set.ports, { execution, plan, verification });
  return { days: (secondsOf(soakUntil) - NOW) / DAY, cuts: await set.journal.cuts() };
}

it('rule 5: what somebody has activated again after its cut is not cut again before another soak', async () => {
  expect(await soaksAfter({ hasLanded: true })).toEqual({ days: 7, cuts: [] });
});

it('rule 5: a cut that was confirmed has not foreseen that somebody activates it again either', async () => {
  expect(await soaksAfter({ hasLanded: true, isConfirmed: true })).toEqual({ days: 7, cuts: [] });
});

it('rule 5: nor is a cut whose answer was lost, and which the next attempt found done', async () => {
  const asked = { hasLanded: true, isConfirmed: true, isFound: true };
  expect(await soaksAfter(asked)).toEqual({ days: 7, cuts: [] });
});

it('I11: a cut that was made while this run had listed its scope ends no soak', async () => {
  expect(await soaksAfter({ hasLanded: true, isConfirmed: true, secondsAgo: 30 })).toMatchObject({ days: 0 });
});

it('I11: a cut whose call never landed has ended no overlap, and its soak is not served twice', async () => {
  expect(await soaksAfter({ hasLanded: false })).toEqual({ days: 0, cuts: [] });
});
