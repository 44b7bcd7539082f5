import { isAmongHalts } from '../../domain/cause.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { CutMemory } from '../../domain/memory/journal.ts';
import { CLOCKS } from '../../domain/memory/lease.ts';
import type { CarriedPlan } from '../../domain/plan-document/carried-plan.ts';
import { isSamePair } from '../../domain/succession/resume.ts';
import type { Journal } from './journal.ts';
import type { Verdicts } from './verdicts.ts';

type Execution = { id: string; startedAt: string };
type Planned = Pick<CarriedPlan, 'successions'> | undefined;
type Ports = { journal: Pick<Journal, 'cuts' | 'begun'>; verdicts: Pick<Verdicts, 'of'> };

/**
 * Whether a run leaves a scope that only another run can repair. A cut may be neither confirmed nor known to
 * be put back, so that clients may be outside (I10, I11). Or a successor that should be taken back in the
 * overlap may still be active, so that strangers may get in (F16). A cut that stands on purpose does not
 * count.
 */
export async function isLeftHalfDone(
  ports: Ports,
  execution: Execution,
  { plan, halt }: { plan: Planned; halt: { Cause: string } | undefined },
): Promise<boolean> {
  // A scope without a verdict was begun. Nobody knows which clients are turned away by what it has activated
  // or cut (I9).
  if (halt && isAmongHalts(halt.Cause, 'ScopeLost')) return true;
  const overlap = await ports.verdicts.of({ execution, phase: 'overlap' });
  if (overlap.some(({ undone }) => undone) || (await isAnyCutOpen(ports, execution, plan))) return true;
  const startedAt = secondsOf(execution.startedAt);
  return (await ports.journal.begun()).some(
    (one) =>
      one.unfinished &&
      // A memory of an earlier run is open until some run gets to it.
      (plan === undefined ||
        secondsOf(one.begunAt) === startedAt ||
        plan.successions.some((pair) => isSamePair(pair, one))),
  );
}

/**
 * Whether a run leaves a cut unconfirmed, of its own or of an earlier run. A cut of an earlier run is open
 * until some run gets to it. A run that halts first, or before it has a plan, has not. A cut that the plan
 * leaves out is blocked by name, or stands.
 */
export async function isAnyCutOpen(
  { journal, verdicts }: Ports,
  execution: Execution,
  plan: Planned,
): Promise<boolean> {
  const cut = await verdicts.of({ execution, phase: 'cut' });
  const settled = new Set(cut.flatMap(({ scope, undone }) => (undone ? [] : [scope])));
  // Each function has its own clock, and the execution's start time comes from yet another.
  const since = secondsOf(execution.startedAt) - CLOCKS;
  const isTakenUp = ({ retiring }: CutMemory): boolean =>
    plan === undefined || plan.successions.some((one) => one.retiring === retiring);
  return (await journal.cuts()).some(
    (one) => (secondsOf(one.cutAt) >= since || isTakenUp(one)) && !settled.has(one.scope),
  );
}
