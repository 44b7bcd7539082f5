import type { CallFault, Fault, Outsider, StepFault } from './fault-file.ts';

/**
 * An entry of a faults file with how often it struck; `refused` is why an outsider's change was not accepted.
 */
export type FaultReport = Fault & { hit: number; refused?: string };

/** One entry: how often it could have struck, and how often it did. */
export type Counted<F extends Fault = Fault> = { entry: F; seen: number; hit: number; refused?: string };

/** Returns a count for each entry of a faults file of what it matches, by which it strikes. */
export function createTally(faults: readonly Fault[]) {
  const counted = faults.map((entry): Counted => ({ entry, seen: 0, hit: 0 }));
  let lifted = false;
  const striking = <F extends Fault>(matches: (entry: Fault) => entry is F): Counted<F>[] =>
    lifted ? [] : counted.filter((one): one is Counted<F> => matches(one.entry) && strikes(one));
  return {
    counted,
    /** Entries that strike one call. Each matching entry is counted whether it strikes or not. */
    onCall: (op: CallFault['op'], scope: string | undefined) =>
      striking(
        (entry): entry is CallFault =>
          'op' in entry && entry.op === op && (entry.scope === undefined || entry.scope === scope),
      ),
    onStep: (step: string) =>
      striking((entry): entry is StepFault => 'step' in entry && 'fault' in entry && entry.step === step),
    outsidersAt: (step: string) => striking((entry): entry is Outsider => 'at' in entry && entry.at === step),
    /** From now on nothing strikes. */
    lift(): void {
      lifted = true;
    },
    isLifted: () => lifted,
    report: (): FaultReport[] =>
      counted.map(({ entry, hit, refused }) => ({ ...entry, hit, ...(refused && { refused }) })),
  };
}

function strikes(one: Counted): boolean {
  const { nth = 1, times = 1 } = one.entry as { nth?: number; times?: number | 'always' };
  const since = ++one.seen - nth;
  const now = since >= 0 && (times === 'always' || since < times);
  if (now) one.hit += 1;
  return now;
}
