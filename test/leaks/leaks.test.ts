import { expect, test } from 'vitest';
import { rehearsalProgress } from '../../bin/rehearsal/progress.ts';
import { renderReport } from '../../bin/rehearsal/report.ts';
import { plain } from '../../bin/terminal/screen.ts';
import type { RehearsalEnvironment } from '../../rehearsal/environment.ts';
import { runExecution } from '../../rehearsal/execution/run-execution.ts';
import { reportOf } from '../../rehearsal/report-of.ts';
import { type ExecutionRuns, type RunContext, runRehearsal } from '../../rehearsal/run-rehearsal.ts';
import type { SimulatedServices } from '../../rehearsal/simulated-services.ts';
import { type FaultsAtWork, putToWork } from '../../simulation/faults/faults-at-work.ts';
import type { Interceptions } from '../../simulation/served/interceptions.ts';
import { NOW } from '../simulation/inventory/inventories.ts';
import { acts, inventory } from './acts.ts';
import type { Struck } from './everything-once.ts';
import { type Needles, searchFor } from './needles.ts';
import { needlesIn, see, seen, seeStores, witnessed } from './witness.ts';

let services: SimulatedServices;
let struck: Struck;
let interceptions: Interceptions = {};

/** Faults of this test, in place of those of a faults file. */
function ours(): FaultsAtWork {
  const none = putToWork([]);
  return {
    ...none,
    intercept(organization) {
      none.intercept(organization);
      return {
        api: (call) => interceptions.api?.(call),
        traffic: (call) => interceptions.traffic?.(call),
        tokens: (call) => interceptions.tokens?.(call),
        aws: (call) => interceptions.aws?.(call),
        table: () => interceptions.table?.(),
      };
    },
    attach(theirs) {
      struck = theirs;
      none.attach(theirs);
    },
  };
}

/** Runs the acts one after another in one environment, and records everything that is seen. */
async function performAll(environment: RehearsalEnvironment, kit: RunContext): Promise<ExecutionRuns> {
  services = environment.services;
  const runs = [];
  for (const [i, act] of acts.entries()) {
    const after = act.before?.(services);
    interceptions = act.intercept?.({ services, organization: services.organization, struck }) ?? {};
    const options = { ...kit, execution: `act-${i}`, request: act.request ?? {} };
    const performed = await runExecution(witnessed(environment, act.name), options);
    see(`${act.name}: end`, performed.end);
    expect([act.name, performed.end.error, performed.end.cause]).toEqual([
      act.name,
      act.ends,
      expect.anything(),
    ]);
    runs.push(performed);
    interceptions = {};
    after?.();
    // The functions keep the admin credential for minutes.
    kit.clock.advanceTo(kit.clock.now() + 600);
  }
  await seeStores(environment);
  return runs as unknown as ExecutionRuns;
}

test('no key, no PEM and no token is seen anywhere, however a rotation ends (I14)', async () => {
  const progress = rehearsalProgress({
    paint: plain,
    line: (text) => see('the progress', text),
    status: (status) => see('the progress', status.join('\n')),
    close: () => {},
  });
  let needles: Needles = new Map();
  const { runs, environment, ...played } = await runRehearsal(
    {
      inventory,
      now: NOW,
      policy: { soak: 'PT1H', safetyMargin: 'P1D' },
      tell: (event) => {
        see('an event', event);
        progress(event);
      },
      faults: ours,
    },
    (environment, kit) => {
      // No secret is made later: promotions and undos only move versions between stages.
      needles = needlesIn(environment.services);
      return performAll(environment, kit);
    },
  );
  for (const run of runs) {
    const report = reportOf({ run, sweeps: runs, ...played, ...environment.services });
    see('the report', report);
    see('the rendered report', renderReport(report));
  }
  expect(needles.size).toBeGreaterThan(30);

  const search = searchFor(needles);
  const leaks = seen.flatMap(({ where, text }) => search(text).map((found) => `${where}: ${found}`));
  expect([...new Set(leaks)].slice(0, 20)).toEqual([]);
  for (const where of [
    'the table',
    'the history',
    'the schedule',
    'the events',
    'the logs',
    'the progress',
    'the report',
  ])
    expect(seen.some((one) => one.where === where && one.text.length > 2)).toBe(true);
}, 180_000);
