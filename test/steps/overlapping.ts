import { expect } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import { undo } from '../../lambdas/undo.ts';
import { verify } from '../../lambdas/verify.ts';
import { HOST, type Scene, scopeInput } from './scene.ts';

/** How a scope halts when a witness gets in. */
export const WIDENED = { Error: 'TrustWidened', Cause: 'the witness gets in' };

/** Runs the overlap of a run, one scope at a time, and leaves each scope's verdict for the promotion. */
export function overlapping(set: Scene, id: string, plan: Plan) {
  const ports = { ...set.ports, hosts: [HOST] };
  const about = { execution: { id, startedAt: plan.plannedAt }, phase: 'overlap' as const };
  return {
    execution: about.execution,
    ports,
    async goesWell(scope: string): Promise<void> {
      const input = scopeInput(id, plan, scope);
      await activate(ports, input);
      const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
      await set.verdicts.leave(about, { scope, verdict: 'proven', error: '', cause: '', provenAt });
    },
    /** A witness gets in at this scope, so the undo takes the successor back. Returns what the undo did. */
    async isWidened(scope: string) {
      const input = scopeInput(id, plan, scope);
      const activation = await activate(ports, input);
      const look = verify(ports, { ...input, moment: 'overlap' });
      await expect(look).rejects.toMatchObject({ name: WIDENED.Error });
      const undone = await undo(ports, { ...input, activation, halt: WIDENED });
      const { Error: error, Cause: cause } = WIDENED;
      await set.verdicts.leave(about, { scope, verdict: 'halted', error, cause });
      return undone;
    },
  };
}
