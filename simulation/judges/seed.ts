import { createFaultSchedule } from '../faults/fault-schedule.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Finding, Judgement } from '../log/findings.ts';
import { createReplay } from '../log/replay.ts';
import type { Scenario } from '../organizations/scenario.ts';
import { sameKeyAs } from '../organizations/shared-keys.ts';
import { createLateChanges } from '../world/late-changes.ts';
import type { TrustChange } from '../world/trust.ts';
import { judgeLeftToExpire } from './blocking/left-to-expire.ts';
import { judgeConvergence } from './convergence.ts';
import { judgeGreen } from './green.ts';
import { judgeLeaf } from './leaf.ts';
import { judgeCompromise } from './promises/compromise.ts';
import { judgeEvidence } from './promises/evidence.ts';
import { judgeLasting } from './promises/lasting.ts';
import { judgeOutside } from './promises/outside.ts';
import { judgeTold } from './promises/told.ts';
import { createRules } from './rules.ts';
import { judgeConfirmed, judgeFailure, judgeUndo } from './runs.ts';
import { namesTold } from './succession/lines.ts';
import { judgeTrail } from './trail.ts';
import { isShutOutLate } from './trust/own-way-in.ts';
import { judgeTrust } from './trust/trust.ts';
import type { JudgeContext } from './watch.ts';
import { watchesOf } from './watches.ts';

/** Judges a whole log at every instant, by what happened in the world and not by what a step said of it. */
export function judgeSeed(scenario: Scenario, eventLog: EventLog): Judgement {
  const holds = eventLog.flatMap((one) => (one.what === 'hold' ? [{ ...one, at: one.at / 1000 }] : []));
  const context: JudgeContext = {
    scenario,
    replay: createReplay({
      sharing: (id) => sameKeyAs(id, scenario.anchors),
      projectOf: (client) => scenario.clients.find(({ name }) => name === client)?.project,
      projects: scenario.projects,
      choice: scenario.choice,
    }),
    rules: createRules(scenario, holds, namesTold(eventLog)),
  };
  const { replay } = context;
  const findings: Finding[] = [];
  const changes: TrustChange[] = [];
  const planned = new Map<string, unknown>();
  let [windows, races, now] = [0, 0, 0];
  // What each host trusts, by the same delays as in the simulation.
  const { delayOf } = createFaultSchedule(scenario, new Set());
  const { trustedAt: edges } = createLateChanges(
    changes,
    () => Math.floor(now / 1000),
    delayOf,
    scenario.choice,
  );
  const watches = watchesOf(context, edges);
  const take = (found: { findings: Finding[]; window: boolean; races: number }) => {
    findings.push(...found.findings);
    if (found.window) windows++;
    races += found.races;
  };
  for (const event of eventLog) {
    now = event.at;
    const ours = 'by' in event && typeof event.by === 'object';
    if (event.what === 'trust' && ours) take(judgeTrust(event, context));
    else if (event.what === 'leaf' && ours && event.stage === 'AWSCURRENT') {
      take(judgeLeaf(event, context, edges));
      findings.push(...judgeLasting(event, context));
    } else if (event.what === 'recorded')
      findings.push(...judgeEvidence(event, planned, context), ...judgeConfirmed(event, context));
    else if (event.what === 'returned') {
      findings.push(...judgeUndo(event.invocation, now, context));
      if (event.heard && replay.state.invocations.get(event.invocation)?.step === 'plan')
        planned.set(event.execution, event.result);
    } else if (event.what === 'failed') findings.push(...judgeFailure(event, context));
    else if (event.what === 'ended') {
      findings.push(...judgeGreen(event, planned.get(event.execution), context));
      findings.push(...judgeCompromise(event, planned.get(event.execution), context));
    }
    for (const watch of watches) {
      const found = watch(event);
      // This is the storm's innermost loop, and almost no watch finds anything:
      // spread nothing for an empty list.
      if (found.length > 0) findings.push(...found);
    }
    replay.apply(event);
    if (event.what !== 'trust') continue;
    const { scope, active, by, at } = event;
    for (const anchorId of event.anchorIds)
      changes.push({
        at: Math.floor(at / 1000),
        scope,
        anchorId,
        active,
        by: by === 'setup' ? 'setup' : 'windlass',
      });
  }
  findings.push(
    ...judgeTrail(eventLog, context),
    ...(isShutOutLate(eventLog, context)
      ? []
      : [
          ...judgeConvergence(eventLog, context),
          ...judgeLeftToExpire(context),
          ...judgeOutside(eventLog, context),
        ]),
    ...judgeTold(eventLog, context),
  );
  return { findings, windows, races };
}
