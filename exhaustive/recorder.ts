import type { Step } from '../lib/steps.ts';
import type { CallFault } from '../simulation/faults/fault-file.ts';
import type { FaultsAtWork } from '../simulation/faults/faults-at-work.ts';
import { interceptAll } from '../simulation/faults/function-calls.ts';
import type { Interceptions } from '../simulation/served/interceptions.ts';

/**
 * One invocation of a step, such as `verify#2`; or one call during an invocation, counted among all calls of
 * its kind.
 */
export type Place = { invocation: Invocation; op?: CallFault['op']; nth: number };
type Invocation = { step: Step; nth: number };

/** Wraps faults so that every call and every invocation is recorded in order, until the faults are lifted. */
export function recording(faults: FaultsAtWork): { faults: FaultsAtWork; places: readonly Place[] } {
  const places: Place[] = [];
  const counts = new Map<string, number>();
  const next = (what: string): number => {
    const nth = (counts.get(what) ?? 0) + 1;
    counts.set(what, nth);
    return nth;
  };
  // Only one scope, and so one step, runs at a time: every call belongs to the current invocation.
  let invocation: Invocation | undefined;
  let over = false;
  return {
    places,
    faults: {
      ...faults,
      intercept: (organization) => {
        const theirs = faults.intercept(organization);
        const seen = interceptAll(
          ({ op }) => {
            if (invocation && !over) places.push({ invocation, op, nth: next(op) });
            return undefined;
          },
          () => undefined,
        );
        return both(seen, theirs);
      },
      around(step, functionName, invoke) {
        invocation = { step, nth: next(`step ${step}`) };
        if (!over) places.push({ invocation, nth: invocation.nth });
        return faults.around(step, functionName, invoke);
      },
      lift() {
        over = true;
        faults.lift();
      },
    },
  };
}

/** Combines two interceptions. The first never answers: it only records the call. */
const both = (seen: Interceptions, then: Interceptions): Interceptions => ({
  api: (call) => seen.api?.(call) ?? then.api?.(call),
  traffic: (call) => seen.traffic?.(call) ?? then.traffic?.(call),
  tokens: (call) => seen.tokens?.(call) ?? then.tokens?.(call),
  aws: (call) => seen.aws?.(call) ?? then.aws?.(call),
  table: () => seen.table?.() ?? then.table?.(),
  objects: () => seen.objects?.() ?? then.objects?.(),
});
