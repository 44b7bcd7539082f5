import { activate } from '../../lambdas/activate.ts';
import { confirm } from '../../lambdas/confirm.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import type { ScopeDocument } from '../../lambdas/domain/document.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { promoteScope } from '../../lambdas/promote-scope.ts';
import { undo } from '../../lambdas/undo.ts';
import { verify } from '../../lambdas/verify.ts';
import { overlap } from './saying.ts';
import { HOST, type Scene, scopeInput } from './scene.ts';

/**
 * Runs a scope up to its cut, with its clients moved. The API refuses to deactivate the anchors in
 * `stubborn`.
 */
export async function beforeTheCut(
  set: Scene,
  request: Request,
  stubborn: readonly string[],
  scope?: string,
) {
  const { certificates } = set.ports;
  const ports = {
    ...{ ...set.ports, hosts: [HOST] },
    certificates: {
      ...certificates,
      // A call is atomic (F2): it deactivates all its anchors or none.
      deactivate: async (scope: string, ids: readonly string[]) => {
        const refused = ids.filter((id) => stubborn.includes(id));
        if (refused.length > 0) throw new WindlassError('ApiRefused', `400 ${refused.join(', ')}: no`);
        await certificates.deactivate(scope, ids);
      },
    },
  };
  const plan = await set.plan('one', request);
  const input = scopeInput('one', plan, scope);
  await activate(ports, input);
  const verification = await verify(ports, overlap(input));
  const promotions = input.plan.checks.map(({ client, secret, leaf }) => ({ client, secret, leaf }));
  await promoteScope(ports, { ...input, plan: { ...input.plan, promotions }, verification });
  await verify(ports, { ...input, moment: 'beforeCut' });
  return { set, ports, input, plan };
}

/** Runs the cut, then its confirmation or its undo. Returns how it halted, or null. */
export async function cut({ ports, input }: Awaited<ReturnType<typeof beforeTheCut>>) {
  let deactivation: ScopeDocument['deactivation'];
  try {
    deactivation = await deactivate(ports, input);
    await confirm(ports, { ...input, deactivation });
    return null;
  } catch (error) {
    const { name, message } = error as Error;
    const halt = { Error: name, Cause: message };
    await undo(ports, { ...input, ...(deactivation && { deactivation }), halt });
    return halt;
  }
}
