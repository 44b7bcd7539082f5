import { isAmongHalts } from '../../domain/cause.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { CutMemory } from '../../domain/memory/journal.ts';
import { CLOCKS } from '../../domain/memory/lease.ts';
import type { CarriedPlan } from '../../domain/plan-document.ts';
import { isSamePair } from '../../domain/succession/resume.ts';
import type { Journal } from './journal.ts';
import type { Verdicts } from './verdicts.ts';

/**
 * Whether a run leaves a scope as only another can mend it: its cut is neither confirmed nor known to be back, or what was to be taken back
 * in its overlap may stand, so that clients may be outside (I10, I11), or strangers inside (F16). A cut that stands on purpose is none of these.
 */
export async function isLeftHalfDone(
  { journal, verdicts }: { journal: Pick<Journal, 'cuts' | 'begun'>; verdicts: Pick<Verdicts, 'of'> },
  execution: { id: string; startedAt: string },
  { plan, halt }: { plan: CarriedPlan | undefined; halt: { Cause: string } | undefined },
): Promise<boolean> {
  // Such a scope was begun, and nobody knows whom what it has activated or cut turns away (I9).
  if (halt && isAmongHalts(halt.Cause, 'ScopeLost')) return true;
  const [overlap, cut] = await Promise.all([
    verdicts.of({ execution, phase: 'overlap' }),
    verdicts.of({ execution, phase: 'cut' }),
  ]);
  const settled = new Set(cut.flatMap(({ scope, undone }) => (undone ? [] : [scope])));
  // Each function has a clock of its own, and the execution began by yet another.
  const since = secondsOf(execution.startedAt) - CLOCKS;
  // What an earlier run has left is open for as long as nobody has come to it: a run that halts before it does, or before it has a plan, has
  // not. What its plan leaves out is blocked by name, or stands.
  const isTakenUp = ({ retiring }: CutMemory): boolean =>
    plan === undefined || plan.successions.some((one) => one.retiring === retiring);
  const isOpen = (one: CutMemory): boolean =>
    (secondsOf(one.cutAt) >= since || isTakenUp(one)) && !settled.has(one.scope);
  if (overlap.some(({ undone }) => undone) || (await journal.cuts()).some(isOpen)) return true;
  const startedAt = secondsOf(execution.startedAt);
  return (await journal.begun()).some(
    (one) =>
      one.unfinished &&
      // What an earlier run has left is open for as long as nobody has come to it.
      (plan === undefined ||
        secondsOf(one.begunAt) === startedAt ||
        plan.successions.some((pair) => isSamePair(pair, one))),
  );
}
