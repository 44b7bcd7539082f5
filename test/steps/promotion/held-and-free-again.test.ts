import { expect, it } from 'vitest';
import { beginScope } from '../../../lambdas/begin-scope.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onOld, overlapOf, patiently, renewal, WITHOUT_SEARCH } from '../renewal.ts';
import { DAY, type SceneClient, scene, scopeInput } from '../scene.ts';

const keel = (as?: string) => ({ anchor: 'cert_keel1', ...(as !== undefined && { as }) });
const ledger: SceneClient = {
  ...{ name: 'ledger', project: 'proj_a', running: { anchor: 'cert_keel0' }, staged: keel() },
};

/**
 * A scope that was proven without search, up to the look before its cut. With `isHeldFirst`, one attempt of
 * Promote holds it for ledger. The proven leaf of ledger is staged again before the next attempt.
 */
async function cutOf(isHeldFirst: boolean) {
  const set = await scene(
    [
      ...renewal(WITHOUT_SEARCH, WITHOUT_SEARCH),
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
    ],
    [onOld('billing'), onOld('search'), ledger],
  );
  const ports = patiently(set);
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const visit = { execution: input.execution, phase: 'overlap' as const };
  const { provenAt, outside } = await overlapOf(set, 'one', plan);
  const end = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt, outside };
  await set.verdicts.leave(visit, end);
  const moves = () => promote(ports, { ...visit, plan, verification: [{ anyHalted: false, provenAt }] });
  if (isHeldFirst) {
    await set.stage('ledger', 'AWSPENDING', keel('another'));
    await moves();
    expect(await set.verdicts.one({ ...visit, scope: 'proj_a' })).toMatchObject({ held: true });
    await set.stage('ledger', 'AWSPENDING', keel());
  }
  await moves();
  const verdict = await set.verdicts.one({ ...visit, scope: 'proj_a' });
  set.time.now += 7 * DAY;
  const child = { mode: 'scheduled' as const, after: visit.phase, child: 'arn' };
  const begin = await beginScope(ports, { ...input, phase: 'cut', ...child });
  const seen = verify(ports, { ...input, begin, moment: 'beforeCut' });
  return { isAsProven: JSON.stringify(verdict) === JSON.stringify(end), seen: (await seen).outside };
}

it.each([
  ['once', false],
  ['by an attempt that is cut off after it has held the scope, and by another', true],
])('I11, I17: a scope is cut as it was proven, without whom was outside: promoted %s', async (_, isHeld) => {
  expect(await cutOf(isHeld)).toEqual({ isAsProven: true, seen: ['search'] });
});
