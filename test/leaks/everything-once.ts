import { answerOf } from '../../simulation/faults/fault-answers.ts';
import type { FaultsAtWork } from '../../simulation/faults/faults-at-work.ts';
import { interceptAll } from '../../simulation/faults/function-calls.ts';
import type { Interceptions } from '../../simulation/served/interceptions.ts';
import { callFaults, type FaultKind } from '../../simulation/world/fault-kinds.ts';

/** The secret of the rehearsal's admin key. */
export const ADMIN_SECRET = 'windlass/rehearsal/admin';

/** Where faults strike. */
export type Struck = Parameters<FaultsAtWork['attach']>[0];

/** The faults that a function survives, and those that kill it. */
export const survived = callFaults.filter((fault) => !fault.startsWith('crash'));
export const crashes = callFaults.filter((fault) => fault.startsWith('crash'));

/**
 * Lets each of these faults strike every kind of call once. It strikes every other call, so that retries get
 * through.
 */
export function eachOnce(faults: readonly FaultKind[], struck: Struck): Interceptions {
  const waiting = new Map<string, FaultKind[]>();
  const seen = new Map<string, number>();
  return interceptAll(
    ({ op }, dialect) => {
      const nth = (seen.get(op) ?? 0) + 1;
      seen.set(op, nth);
      const left = waiting.get(op) ?? [...faults];
      waiting.set(op, left);
      const fault = nth % 2 === 0 ? left.shift() : undefined;
      return fault && answerOf(fault, dialect, struck);
    },
    () => undefined,
  );
}
