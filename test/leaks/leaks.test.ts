import { expect, test } from 'vitest';
import { rehearsalProgress } from '../../bin/rehearsal/progress.ts';
import { renderReport } from '../../bin/rehearsal/report.ts';
import { plain } from '../../bin/terminal/screen.ts';
import type { Stage } from '../../rehearsal/environment.ts';
import { reportOf } from '../../rehearsal/report-of.ts';
import { perform } from '../../rehearsal/run-execution.ts';
import { type Kit, type Performances, play } from '../../rehearsal/run-rehearsal.ts';
import type { Scene } from '../../rehearsal/simulated-services.ts';
import { type FaultsAtWork, putToWork } from '../../simulation/faults/faults-at-work.ts';
import type { Interceptions } from '../../simulation/served/interceptions.ts';
import { NOW } from '../simulation/inventory/inventories.ts';
import { acts, inventory } from './acts.ts';
import type { Struck } from './everything-once.ts';
import { type Needles, searchFor } from './needles.ts';
import { needlesIn, see, seen, seeStores, witnessed } from './witness.ts';

let scene: Scene;
let struck: Struck;
let interceptions: Interceptions = {};

/** Faults of our own making, in the place of a faults file's. */
function ours(): FaultsAtWork {
  const none = putToWork([]);
  return {
    ...none,
    intercept(organization) {
      none.intercept(organization);
      return {
        api: (call) => interceptions.api?.(call),
        traffic: (call) => interceptions.traffic?.(call),
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

/** The acts one after the other, on one stage, each in plain view. */
async function performAll(stage: Stage, kit: Kit): Promise<Performances> {
  scene = stage.scene;
  const performances = [];
  for (const [i, act] of acts.entries()) {
    const after = act.before?.(scene);
    interceptions = act.intercept?.({ scene, organization: scene.organization, struck }) ?? {};
    const options = { ...kit, execution: `act-${i}`, request: act.request ?? {} };
    const performed = await perform(witnessed(stage, act.name), options);
    see(`${act.name}: end`, performed.end);
    expect([act.name, performed.end.error, performed.end.cause]).toEqual([
      act.name,
      act.ends,
      expect.anything(),
    ]);
    performances.push(performed);
    interceptions = {};
    after?.();
    // The functions keep the admin credential for minutes.
    kit.clock.advanceTo(kit.clock.now() + 600);
  }
  await seeStores(stage);
  return performances as unknown as Performances;
}

test('no key, no PEM and no token is seen anywhere, however a rotation ends (I14)', async () => {
  const progress = rehearsalProgress({
    paint: plain,
    line: (text) => see('the progress', text),
    status: (status) => see('the progress', status.join('\n')),
    close: () => {},
  });
  let needles: Needles = new Map();
  const { performances, stage, ...played } = await play(
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
    (stage, kit) => {
      // No secret is made later: promotions and their undoing only move versions between stages.
      needles = needlesIn(stage.scene);
      return performAll(stage, kit);
    },
  );
  for (const run of performances) {
    const report = reportOf({ run, sweeps: performances, ...played, ...stage.scene });
    see('the report', report);
    see('the rendered report', renderReport(report));
  }
  expect(needles.size).toBeGreaterThan(30);

  const search = searchFor(needles);
  const leaks = seen.flatMap(({ where, text }) => search(text).map((found) => `${where}: ${found}`));
  expect([...new Set(leaks)].slice(0, 20)).toEqual([]);
  for (const where of ['the table', 'the history', 'the schedule', 'the logs', 'the progress', 'the report'])
    expect(seen.some((one) => one.where === where && one.text.length > 2)).toBe(true);
}, 180_000);
