import type { Step } from '../../lib/steps.ts';
import { FunctionError, timedOut } from '../functions/lambda-function.ts';
import type { LambdaHost } from '../functions/lambda-host.ts';
import type { Tell } from '../log/progress.ts';
import type { Interception } from '../served/interception.ts';
import type { Intercept } from '../served/interceptions.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { ApiFault } from '../world/api-fault.ts';
import type { StepFaultKind } from '../world/fault-kinds.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import { createConditions } from './conditions.ts';
import { answerOf, type Dialect } from './fault-answers.ts';
import type { CallFault, Fault, Outsider, StepFault } from './fault-file.ts';
import { type Counted, createTally, type FaultReport } from './fault-tally.ts';
import { type FunctionCall, interceptAll } from './function-calls.ts';

/** The places where faults strike, except for those of the interceptions. */
export type Struck = {
  host: Pick<LambdaHost, 'crash' | 'expire' | 'retire'>;
  clock: VirtualClock;
  tell: Tell;
  /** The project of the client that a secret belongs to. */
  projectOf: (secret: unknown) => string | undefined;
};

/** A list of faults while it strikes. */
export interface FaultsAtWork {
  intercept: Intercept;
  /** Sets where the other faults strike. Has to be called before the first call of a function. */
  attach(struck: Struck): void;
  /** One invocation of a step by its function's name, with the faults that befall it. */
  around(step: Step, functionName: string, invoke: () => Promise<unknown>): Promise<unknown>;
  /** A cell with the milliseconds by which the clock of a step's function is ahead. */
  skewOf(step: Step): SharedArrayBuffer;
  /** Ends every fault for good. Late toggles arrive. */
  lift(): void;
  report(): FaultReport[];
}

/** Lets faults strike the calls and steps that they name, each counted by itself. */
export function putToWork(faults: readonly Fault[]): FaultsAtWork {
  const tally = createTally(faults);
  const conditions = createConditions(tally.counted);
  let organization: SimulatedOrganization | undefined;
  let struck: Struck | undefined;

  async function onCall({ op, scope }: FunctionCall, dialect: Dialect): Promise<Interception> {
    const [first] = tally.onCall(op, scope);
    if (!first || !struck) return undefined;
    announce(first, `${op}${scope ? ` in ${scope}` : ''}`);
    return answerOf(first.entry.fault, dialect, struck);
  }

  function announce({ entry, hit }: Counted<CallFault | StepFault>, where: string): void {
    const { fault, times } = entry;
    const repeated = times === 'always' ? ', and from now on' : times > 1 ? `, ${times} times` : '';
    if (hit === 1) struck?.tell({ kind: 'struck', what: `${where}: ${fault}${repeated}` });
  }

  function byOutsider(one: Counted<Outsider>): void {
    const { outsider, scope = '', anchor } = one.entry;
    try {
      if (outsider === 'delete') organization?.remove(anchor);
      else organization?.toggle(scope, outsider, [anchor], 'outsider');
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      one.hit -= 1;
      one.refused = error.message;
    }
    const what = `an outsider: ${outsider} ${anchor} ${scope}`.trimEnd();
    struck?.tell({ kind: 'struck', what: one.refused ? `${what}: refused: ${one.refused}` : what });
  }

  return {
    intercept(theirs) {
      organization = theirs;
      conditions.delay(theirs);
      return interceptAll(onCall, (secret) => struck?.projectOf(secret));
    },
    attach(theirs) {
      struck = theirs;
    },
    async around(step, functionName, invoke) {
      tally.outsidersAt(step).forEach(byOutsider);
      if (!tally.isLifted()) conditions.invoked(step);
      const [first] = tally.onStep(step);
      if (!first || !struck) return invoke();
      const { runs, error } = ends[first.entry.fault];
      announce(first, step);
      // What the step said, a failure included, is lost with its sandbox.
      if (runs) await invoke().catch(() => {});
      // Lambda gives each invocation a sandbox of its own, so the others go on.
      struck.host.retire(functionName);
      throw error();
    },
    skewOf: conditions.skewOf,
    lift() {
      tally.lift();
      conditions.lift();
    },
    report: tally.report,
  };
}

/** How an invocation ends, and whether the step has run by then. */
const ends: Record<StepFaultKind, { runs: boolean; error: () => Error }> = {
  timeout: { runs: true, error: () => timedOut({ timeoutSeconds: 300 }) },
  'crash-before': { runs: false, error: () => new FunctionError(killed) },
  'crash-after': { runs: true, error: () => new FunctionError(killed) },
};

const killed = { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited: killed', trace: [] };
