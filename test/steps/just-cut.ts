import { activate } from '../../lambdas/activate.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { verify } from '../../lambdas/verify.ts';
import { moveToStaged } from './saying.ts';
import { scene, scopeInput } from './scene.ts';

/**
 * A scope right after a cut that was not confirmed and is to be undone. `older` is the scope's listing from
 * before the cut.
 */
export async function justCut(halt: { Error: string; Cause: string }) {
  const set = await scene();
  const input = scopeInput('one', await set.plan('one'));
  await activate(set.ports, input);
  await verify(set.ports, { ...input, moment: 'overlap' });
  await moveToStaged(set.secrets, 'billing');
  const older = await set.ports.certificates.list('proj_a');
  const deactivation = await deactivate(set.ports, input);
  return { set, older, input: { ...input, deactivation, halt } };
}
