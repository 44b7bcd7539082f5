import { expect } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { confirm } from '../../lambdas/confirm.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { promote } from '../../lambdas/promote.ts';
import { release } from '../../lambdas/release.ts';
import { undo } from '../../lambdas/undo.ts';
import { verify } from '../../lambdas/verify.ts';
import { DAY, failing, scene, scopeInput } from './scene.ts';

/** The verdict that the machine leaves for a scope whose undo has failed. */
export const notUndone = (halt: { Error: string; Cause: string }) => ({
  ...{ scope: 'proj_a', verdict: 'halted' as const, error: halt.Error, cause: halt.Cause, undone: true },
});

/**
 * Runs a rotation up to a cut that could not be confirmed and that the undo could not take back, because the
 * API calls of `isDown` failed for an hour. Its client is locked out, and its run has ended. `down` in the
 * answer are the ports on which those calls still fail.
 */
export async function outsideAfterItsCut(isDown: Parameters<typeof failing>[0]) {
  const set = await scene();
  const { ports } = set;
  const plan = await set.plan('one');
  const input = scopeInput('one', plan);
  const { execution } = input;
  await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
  await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt }] });
  set.time.now += 7 * DAY;
  await verify(ports, { ...input, moment: 'beforeCut' });
  await deactivate(ports, input);
  // At this moment somebody changes the successor's filter, so that it lets no client in.
  set.world.organization.setFilter('cert_acme1', 'subject.common_name == "nobody"');
  await expect(confirm(ports, input)).rejects.toMatchObject({ name: 'SuccessorRefused' });
  const down = set.portsWith({ wire: failing(isDown) });
  const halt = { Error: 'SuccessorRefused', Cause: 'the undo did not succeed' };
  await expect(undo(down, { ...input, halt })).rejects.toMatchObject({ name: 'ApiUnavailable' });
  await set.verdicts.leave({ execution, phase: 'cut' }, notUndone(halt));
  set.time.now += 3_600;
  set.running.delete('one');
  await release(ports, { execution, request: { mode: 'scheduled' }, plan, halt });
  return { set, down };
}
