import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { notUndone, outsideAfterItsCut } from '../outside-after-its-cut.ts';
import { isIn, overlap, refusedByItsRenewal } from '../saying.ts';
import { failing, scene, scopeInput } from '../scene.ts';

it('I10, I11: another run comes within the hour for a client that is outside, where a cut could not be taken back', async () => {
  const { set } = await outsideAfterItsCut(({ op }) => op === 'activate' || op === 'list');
  expect(await isIn(set, 'billing')).toBe('refused');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});

it('I10, I11: and where a renewal that refuses clients could not be taken back', async () => {
  const set = await refusedByItsRenewal();
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const activation = await activate(set.ports, input);
  const halt = { Error: 'SuccessorRefused', Cause: 'the undo did not succeed' };
  await expect(verify(set.ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
  const down = set.portsWith({ wire: failing(({ op }) => op === 'deactivate' || op === 'list') });
  await expect(undo(down, { ...input, activation, halt })).rejects.toMatchObject({ name: 'ApiUnavailable' });
  await set.verdicts.leave({ execution: input.execution, phase: 'overlap' }, notUndone(halt));
  set.time.now += 3_600;
  set.running.delete('one');
  await release(set.ports, { execution: input.execution, request: { mode: 'scheduled' }, plan, halt });
  expect(await isIn(set, 'billing')).toBe('refused');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});

it('I11: another run comes within the hour for a cut that may still land, though the clock of its function is behind that of the execution', async () => {
  const set = await scene();
  const plan = await set.plan('one');
  const { execution } = scopeInput('one', plan);
  const cutAt = instant(secondsOf(execution.startedAt) - 6);
  const [pair] = plan.successions;
  const { retiring = '', successor = '' } = pair ?? {};
  await set.journal.rememberCuts([{ retiring, successor, scope: 'proj_a', compromised: false, cutAt }]);
  const halt = { Error: 'ApiRefused', Cause: 'found active again' };
  await set.verdicts.leave({ execution, phase: 'cut' }, notUndone(halt));
  await release(set.ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});
