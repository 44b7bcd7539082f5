import type { FaultsAtWork } from '../simulation/faults/faults-at-work.ts';
import { anchorsOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { countsOf, judgeScopes, type ScopeFinding } from '../simulation/judges/trust/scopes.ts';
import type { EventLog } from '../simulation/log/event-log.ts';
import type { ServedLog } from '../simulation/log/served-log.ts';
import type { TrafficEnd } from '../simulation/workloads/workloads-worker.ts';
import type { ScheduleStore } from '../simulation/world/schedule-store.ts';
import type { SimulatedOrganization } from '../simulation/world/simulated-organization.ts';
import type { ExecutionRun } from './execution/run-execution.ts';
import { haltOf, outcomeOf } from './outcome.ts';
import type { Report } from './report.ts';
import { changedScopes, changesBy } from './scope-changes.ts';
import type { SimulatedServices } from './simulated-services.ts';
import { recoveryOf } from './sweep.ts';
import { acceptedAfterGreen, attacksOf, lockedOutOf, tokensPast } from './turned-away.ts';

/** Makes a report from the machine's end, from what its steps reported, and from what the simulation saw. */
export function reportOf(seen: {
  run: ExecutionRun;
  /** The executions that followed it, or ran beside it. */
  sweeps?: readonly ExecutionRun[];
  faults?: Pick<FaultsAtWork, 'report'> | undefined;
  file: InventoryFile;
  log: ServedLog;
  organization: SimulatedOrganization;
  schedules: ScheduleStore;
  secrets: SimulatedServices['secrets'];
  workloads: SimulatedServices['workloads'];
  requests: Report['requests'];
  ended: TrafficEnd;
  durationMs: number;
}): Report {
  const { run, sweeps = [], faults, file, organization, schedules, requests, ended, durationMs } = seen;
  const isAttacked = run.isEmergency && ended.attacks.length > 0;
  const { end, record, moved } = run;
  const { plan } = record;
  const isAnyKeyless = (file.clients ?? []).some(({ keyless }) => keyless);
  const events = seen.log.events();
  return {
    outcome: outcomeOf(run),
    halt: haltOf(run),
    successions: (plan?.successions ?? []).map(({ authority, retiring, successor }) => ({
      authority,
      retiring,
      successor,
    })),
    blocked: plan?.blocked ?? [],
    warnings: plan?.warnings ?? [],
    scopes: scopesOf(run, events),
    requests,
    calls: countCalls(organization),
    violations: {
      ...countsOf(foundIn(events, file)),
      ...(isAttacked && {
        leakedKeyAccepted: acceptedAfterGreen(ended, run),
        tokensOutlived: tokensPast(ended, run),
      }),
    },
    lockedOut: lockedOutOf(ended, seen),
    ...(isAttacked && { attacks: attacksOf(ended) }),
    keptOut: keptOut(run),
    ...(run.isEmergency && isAnyKeyless && record.tokensUntil && { tokensUntil: record.tokensUntil }),
    promoted: (plan?.promotions ?? []).map(({ client }) => client).filter((client) => moved.includes(client)),
    nextRotationAt: Object.values(schedules.times())[0] ?? null,
    ...(faults && { faults: faults.report(), recovery: recoveryOf(sweeps) }),
    stateTransitions: end.stateTransitions,
    durationMs,
  };
}

/**
 * Every scope of the plan, with what the event log says about it, without those whose own listing showed
 * nothing to cut. The event log is used because a step may have changed a scope without receiving the answer.
 */
function scopesOf({ record, execution }: ExecutionRun, events: EventLog): Report['scopes'] {
  const planned = record.plan?.waves.flatMap(({ scopes }) => scopes) ?? [];
  const changed = changedScopes(changesBy(execution, events), planned);
  const concerned = planned.map(({ scope }) => scope).filter((scope) => !record.of(scope).isSpared);
  return [...new Set([...concerned, ...changed.keys()])].map((scope) => {
    const { activated = [], deactivated = [], undone = [] } = changed.get(scope) ?? {};
    const { verified, confirmed } = record.of(scope);
    const isCut = deactivated.length + undone.length > 0;
    return { scope, activated, deactivated, undone, evidence: isCut ? confirmed : verified };
  });
}

/**
 * Witnesses that were turned away. Verify looks at all of a scope's witnesses before it passes. In an
 * emergency it may skip some, so none is reported.
 */
function keptOut({ record, isEmergency }: ExecutionRun): string[] {
  if (isEmergency) return [];
  const scopes = record.plan?.waves.flatMap(({ scopes }) => scopes) ?? [];
  const proven = scopes.filter(({ scope }) => record.of(scope).verified === 'probe');
  return [...new Set(proven.flatMap(({ witnesses = [] }) => witnesses.map(({ client }) => client)))];
}

/** What the judges find in the event log of an organization that began as this file says. */
export function foundIn(events: EventLog, file: InventoryFile): ScopeFinding[] {
  const anchors = anchorsOf(file).map(({ entry: { id, certificate_details: dates } }) => ({
    id,
    validAt: dates.valid_at ?? undefined,
    expiresAt: dates.expires_at,
  }));
  return judgeScopes(events, { anchors, projects: file.projects.map((project) => project.id) });
}

function countCalls({ calls }: SimulatedOrganization): Record<string, number> {
  const counts: Record<string, number> = { list: 0, activate: 0, deactivate: 0 };
  for (const { op } of calls) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}
