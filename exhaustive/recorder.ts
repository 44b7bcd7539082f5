import type { Step } from '../lib/steps.ts';
import type { CallFault } from '../simulation/faults/fault-file.ts';
import type { FaultsAtWork } from '../simulation/faults/faults-at-work.ts';
import { interceptAll } from '../simulation/faults/function-calls.ts';
import type { Interceptions } from '../simulation/served/interceptions.ts';

/** One invocation of a step, such as `verify#2`; or a call by its place among all of its kind, made during one. */
export type Place = { invocation: Invocation; op?: CallFault['op']; nth: number };
type Invocation = { step: Step; nth: number };

/** Adds to some faults a record of every call and every invocation until they are lifted, in their order. */
export function recording(faults: FaultsAtWork): { faults: FaultsAtWork; places: readonly Place[] } {
  const places: Place[] = [];
  const counts = new Map<string, number>();
  const next = (what: string): number => {
    const nth = (counts.get(what) ?? 0) + 1;
    counts.set(what, nth);
    return nth;
  };
  // One scope at a time, and so one step: whatever is called meanwhile is its doing.
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

/** The first one never gives an answer: it only records the call. */
const both = (seen: Interceptions, then: Interceptions): Interceptions => ({
  api: (call) => seen.api?.(call) ?? then.api?.(call),
  traffic: (call) => seen.traffic?.(call) ?? then.traffic?.(call),
  tokens: (call) => seen.tokens?.(call) ?? then.tokens?.(call),
  aws: (call) => seen.aws?.(call) ?? then.aws?.(call),
  table: () => seen.table?.() ?? then.table?.(),
  objects: () => seen.objects?.() ?? then.objects?.(),
});
