import { policyWarnings } from '../lib/checks/warnings.ts';
import { parseFaults } from '../simulation/faults/fault-file.ts';
import { putToWork } from '../simulation/faults/faults-at-work.ts';
import { policyFrom } from './asked.ts';
import type { RehearsalEnvironment } from './environment.ts';
import { runExecution } from './execution/run-execution.ts';
import type { Report } from './report.ts';
import { reportOf } from './report-of.ts';
import {
  type ExecutionRuns,
  type RehearsalRunOptions,
  type RunContext,
  runRehearsal,
} from './run-rehearsal.ts';
import { sweepUp } from './sweep.ts';

export type RehearseOptions = Omit<RehearsalRunOptions, 'faults'> & {
  /** What goes wrong, as a faults file lists it. Sweeps then take up what the faults left. */
  faults?: unknown;
};

/**
 * Runs a whole rotation on this machine: the synthesized definition and the bundled handlers, against a
 * simulated organization under live mutual-TLS traffic. Throws `InvalidInput` for a bad policy or bad faults.
 * Whatever goes wrong within the rotation is in the report.
 */
export async function rehearse(options: RehearseOptions = {}): Promise<Report> {
  const { request = {}, tell = () => {}, faults: listed, ...rest } = options;
  const faults: RehearsalRunOptions['faults'] = (inventory) =>
    listed === undefined ? undefined : putToWork(parseFaults(listed, inventory, 'the list of faults'));
  const { runs, environment, ...seen } = await runRehearsal(
    { ...rest, request, tell, faults },
    (environment, kit) => performAll(environment, kit, request),
  );
  const [run, ...sweeps] = runs;
  const played = reportOf({ run, sweeps, ...seen, ...environment.services });
  const report = { ...played, warnings: [...policyWarnings(policyFrom(rest)), ...played.warnings] };
  tell({ kind: 'ended', outcome: report.outcome });
  return report;
}

/** Runs the execution that was asked for. With faults, the sweeps follow it. */
async function performAll(
  environment: RehearsalEnvironment,
  kit: RunContext,
  request: unknown,
): Promise<ExecutionRuns> {
  const run = await runExecution(environment, { ...kit, execution: 'rehearsed', request });
  if (!kit.faults) return [run];
  kit.faults.lift();
  return [
    run,
    ...(await sweepUp(kit, (execution) => runExecution(environment, { ...kit, execution, request: {} }))),
  ];
}
