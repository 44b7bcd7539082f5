import type { Request } from '../lambdas/domain/request.ts';
import { type ExecutionRun, runExecution } from './execution/run-execution.ts';
import { passSoak } from './execution/soak.ts';
import type { Report } from './report.ts';
import { reportOf } from './report-of.ts';
import { type RehearsalRunOptions, runRehearsal } from './run-rehearsal.ts';
import { recoveryOf, sweepUp } from './sweep.ts';

/** A scheduled rotation, and the emergency that took it over. */
export type Overlap = {
  scheduled: Report;
  emergency: Report;
  /** Seconds of virtual time from the emergency's start to its end, and what was left of the soak by then. */
  tookSeconds: number;
  soakLeftSeconds: number;
  /** How the daily sweeps after both ended. */
  recovery: Report['recovery'];
};

/**
 * Starts an emergency in the middle of a scheduled rotation's soak, so that two executions run on one
 * organization (I12). Then the scheduled one wakes up, and sweeps take up what both left.
 */
export async function rehearseOverlap(
  options: Omit<RehearsalRunOptions, 'request' | 'faults'> & {
    emergency: { anchors: string[]; reason: string };
  },
): Promise<Overlap> {
  const request: Request = { mode: 'emergency', ...options.emergency };
  let [emergency, tookSeconds, soakLeftSeconds]: [ExecutionRun | undefined, number, number] = [
    undefined,
    0,
    0,
  ];

  const { runs, environment, ...seen } = await runRehearsal(
    { ...options, compromised: request.anchors },
    async (environment, kit) => {
      const { clock, tell } = kit;
      const soak = async (until: number) => {
        const around = { clock, workloads: environment.workloads, tell };
        await passSoak((clock.now() + until) / 2, around);
        const begun = clock.now();
        emergency = await runExecution(environment, { ...kit, execution: 'emergency', request });
        [tookSeconds, soakLeftSeconds] = [clock.now() - begun, until - clock.now()];
        await passSoak(until, around);
      };
      const scheduled = await runExecution(environment, {
        ...kit,
        execution: 'scheduled',
        request: {},
        soak,
      });
      if (!emergency) throw new Error(`the scheduled rotation never soaked: ${scheduled.end.cause}`);
      const sweeps = await sweepUp(kit, (execution) =>
        runExecution(environment, { ...kit, execution, request: {} }),
      );
      return [scheduled, emergency, ...sweeps];
    },
  );
  const [scheduled, second = scheduled, ...sweeps] = runs;
  const report = (run: ExecutionRun) => reportOf({ run, sweeps: runs, ...seen, ...environment.services });
  return {
    scheduled: report(scheduled),
    emergency: report(second),
    tookSeconds,
    soakLeftSeconds,
    recovery: recoveryOf(sweeps),
  };
}
