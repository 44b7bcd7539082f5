import { parseFaults } from './faults.ts';
import { putToWork } from './faults-at-work.ts';
import type { Performance } from './perform.ts';
import { type Kit, type PlayOptions, play } from './play.ts';
import type { Report } from './report.ts';
import { reportOf } from './report-of.ts';
import type { Stage } from './stage.ts';
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
  const { request = {}, tell = () => {}, faults, ...rest } = options;
  // The engine brings its own AWS SDK: it is loaded while the app is synthesized.
  const engine = import('./perform.ts');
  const { result, stage, ...seen } = await play(
    {
      ...rest,
      request,
      tell,
      ...(faults !== undefined && {
        faults: (inventory) => putToWork(parseFaults(faults, inventory, 'the list of faults')),
      }),
    },
    async (stage, kit) => performAll(await engine, stage, kit, request),
  );
  const report = reportOf({ ...result, ...seen, ...stage.scene });
  tell({ kind: 'ended', outcome: report.outcome });
  return report;
}

/** The execution that was asked for, and after faults the sweeps that follow it. */
async function performAll(
  { perform }: typeof import('./perform.ts'),
  stage: Stage,
  kit: Kit,
  request: unknown,
): Promise<{ run: Performance; sweeps: Performance[]; faults: Kit['faults'] }> {
  const { faults } = kit;
  const run = await perform(stage, { ...kit, execution: 'rehearsed', request });
  if (!faults) return { run, sweeps: [], faults };
  faults.lift();
  const sweeps = await sweepUp(kit, (execution) => perform(stage, { ...kit, execution, request: {} }));
  return { run, sweeps, faults };
}
