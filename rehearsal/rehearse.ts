import { parseFaults } from '../simulation/faults/fault-file.ts';
import { putToWork } from '../simulation/faults/faults-at-work.ts';
import type { Stage } from './environment.ts';
import type { Report } from './report.ts';
import { reportOf } from './report-of.ts';
import { type Kit, type Performances, type PlayOptions, play } from './run-rehearsal.ts';
import { sweepUp } from './sweep.ts';

export type RehearseOptions = Omit<PlayOptions, 'faults'> & {
  /** What goes wrong, as a faults file lists it; sweeps then take up what it left. */
  faults?: unknown;
};

/**
 * Runs a whole rotation on this machine: the synthesized definition and the bundled handlers, against a simulated
 * organization under live mutual-TLS traffic. Throws `InvalidInput` for a bad policy or bad faults; whatever goes
 * wrong within the rotation is in the report.
 */
export async function rehearse(options: RehearseOptions = {}): Promise<Report> {
  const { request = {}, tell = () => {}, faults: listed, ...rest } = options;
  // The engine brings its own AWS SDK: it is loaded while the app is synthesized.
  const engine = import('./run-execution.ts');
  const faults: PlayOptions['faults'] = (inventory) =>
    listed === undefined ? undefined : putToWork(parseFaults(listed, inventory, 'the list of faults'));
  const { performances, stage, ...seen } = await play(
    { ...rest, request, tell, faults },
    async (stage, kit) => performAll(await engine, stage, kit, request),
  );
  const [run, ...sweeps] = performances;
  const report = reportOf({ run, sweeps, ...seen, ...stage.scene });
  tell({ kind: 'ended', outcome: report.outcome });
  return report;
}

/** The execution that was asked for, and after faults the sweeps that follow it. */
async function performAll(
  { perform }: typeof import('./run-execution.ts'),
  stage: Stage,
  kit: Kit,
  request: unknown,
): Promise<Performances> {
  const run = await perform(stage, { ...kit, execution: 'rehearsed', request });
  if (!kit.faults) return [run];
  kit.faults.lift();
  return [run, ...(await sweepUp(kit, (execution) => perform(stage, { ...kit, execution, request: {} })))];
}
