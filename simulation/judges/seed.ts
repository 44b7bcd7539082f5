import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { createFates } from '../faults/fault-schedule.ts';
import { createReplica } from '../in-process/replica.ts';
import type { Chronicle } from '../log/event-log.ts';
import type { Finding, Judgement } from '../log/findings.ts';
import { createReplay } from '../log/replay.ts';
import type { Scenario } from '../organizations/scenario.ts';
import type { TrustChange } from '../world/trust.ts';
import { judgeConvergence } from './convergence.ts';
import { judgeGreen } from './green.ts';
import { type Edges, judgeLeaf } from './leaf.ts';
import { judgeTaking } from './lease.ts';
import { createOutsideWatch } from './left-outside.ts';
import { createLooksWatch } from './looks.ts';
import { createOrderWatch } from './order.ts';
import { judgeOutside } from './outside.ts';
import { createPromotionWatch } from './promotion.ts';
import { createLaw } from './rules.ts';
import { judgeEnd, judgeFailure, judgeUndo } from './runs.ts';
import { createScheduleWatch } from './schedule.ts';
import { judgeTrail } from './trail.ts';
import { judgeTrust } from './trust.ts';
import type { Court, Watch } from './watch.ts';

/** Judges one log at every instant, from what happened in the world and not from what anybody said of it. */
export function judgeSeed(scenario: Scenario, chronicle: Chronicle): Judgement {
  const holds = chronicle.flatMap((one) => (one.what === 'hold' ? [{ ...one, at: one.at / 1000 }] : []));
  const court: Court = { scenario, replay: createReplay(), law: createLaw(scenario, holds) };
  const { replay } = court;
  const findings: Finding[] = [];
  const changes: TrustChange[] = [];
  const failures = new Map<string, string>();
  const planned = new Map<string, unknown>();
  let [windows, races, now] = [0, 0, 0];
  const edges = edgesOf(scenario, changes, () => Math.floor(now / 1000));
  const watches: Watch[] = [
    createPromotionWatch(court),
    createOutsideWatch(court, edges),
    createLooksWatch(court),
    createScheduleWatch(court),
    createOrderWatch(court),
  ];
  const take = (found: { findings: Finding[]; window: boolean; races: number }) => {
    findings.push(...found.findings);
    if (found.window) windows++;
    races += found.races;
  };
  for (const happening of chronicle) {
    now = happening.at;
    const ours = 'by' in happening && typeof happening.by === 'object';
    if (happening.what === 'trust' && ours) take(judgeTrust(happening, court));
    else if (happening.what === 'leaf' && ours && happening.stage === 'AWSCURRENT')
      take(judgeLeaf(happening, court, edges));
    else if (happening.what === 'lease') findings.push(...judgeTaking(happening, replay));
    else if (happening.what === 'returned') {
      findings.push(...judgeUndo(happening.invocation, now, court));
      if (happening.heard && replay.state.invocations.get(happening.invocation)?.step === 'plan')
        planned.set(happening.execution, happening.result);
    } else if (happening.what === 'failed') {
      findings.push(...judgeFailure(happening, court));
      const seen = replay.state.invocations.get(happening.invocation);
      failures.set(`${happening.execution} ${seen?.step} ${seen?.scope}`, happening.error);
    } else if (happening.what === 'ended') {
      findings.push(...judgeEnd(happening, court, failures));
      findings.push(...judgeGreen(happening, planned.get(happening.execution), court));
    }
    for (const watch of watches) findings.push(...watch(happening));
    replay.apply(happening);
    if (happening.what !== 'trust') continue;
    const { scope, active, by, at } = happening;
    for (const anchorId of happening.anchorIds)
      changes.push({
        at: Math.floor(at / 1000),
        scope,
        anchorId,
        active,
        by: by === 'setup' ? 'setup' : 'windlass',
      });
  }
  findings.push(
    ...judgeTrail(chronicle, court),
    ...judgeConvergence(chronicle, court),
    ...judgeOutside(chronicle, court),
  );
  return { findings, windows, races };
}

/** What each host trusts, by the same delays that the simulation had. */
function edgesOf(scenario: Scenario, changes: readonly TrustChange[], now: () => number): Edges {
  const { delayOf } = createFates(scenario, new Set());
  const replicas = new Map(
    scenario.hosts.map((host) => [
      host,
      createReplica(changes, now, ({ by }, index) => (by === 'setup' ? 0 : delayOf(host, index))),
    ]),
  );
  return (host, project) => {
    const edge = replicas.get(host);
    return new Set([...(edge?.(project) ?? []), ...(edge?.(ORGANIZATION) ?? [])]);
  };
}
