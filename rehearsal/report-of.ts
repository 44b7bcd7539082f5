import type { Plan } from '../lambdas/domain/document.ts';
import type { FaultsAtWork } from '../simulation/faults/faults-at-work.ts';
import { anchorsOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { type JudgedAgainst, judge } from '../simulation/log/trust-log.ts';
import type { TrafficEnd } from '../simulation/workloads/workloads-worker.ts';
import type { SimulatedOrganization } from '../simulation/world/organization.ts';
import type { ScheduleStore } from '../simulation/world/schedule-store.ts';
import { haltOf, outcomeOf } from './outcome.ts';
import type { Report } from './report.ts';
import type { ExecutionRun } from './run-execution.ts';
import { changedScopes, changesDuring } from './scope-changes.ts';
import type { SimulatedServices } from './simulated-services.ts';
import { recoveryOf } from './sweep.ts';
import { acceptedAfterGreen, attacksOf, lockedOutOf } from './turned-away.ts';

/** What one rehearsal came to: the machine's end and the steps' own words, and beside them what the simulator saw. */
export function reportOf(seen: {
  run: ExecutionRun;
  /** The executions that followed it, or ran beside it. */
  sweeps?: readonly ExecutionRun[];
  faults?: Pick<FaultsAtWork, 'report'> | undefined;
  file: InventoryFile;
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
    scopes: scopesOf(run, sweeps, organization),
    requests,
    calls: countCalls(organization),
    violations: {
      ...judge(organization.changes, judgedAgainst(file, [run, ...sweeps])),
      ...(isAttacked && { leakedKeyAccepted: acceptedAfterGreen(ended, run) }),
    },
    lockedOut: lockedOutOf(ended, seen),
    ...(isAttacked && { attacks: attacksOf(ended) }),
    promoted: (plan?.promotions ?? []).map(({ client }) => client).filter((client) => moved.includes(client)),
    nextRotationAt: Object.values(schedules.times())[0] ?? null,
    ...(faults && { faults: faults.report(), recovery: recoveryOf(sweeps) }),
    stateTransitions: end.stateTransitions,
    durationMs,
  };
}

/** Every scope of the plan, with what the organization's log says of it: a step may have changed it and never heard so. */
function scopesOf(
  { record, span }: ExecutionRun,
  others: readonly ExecutionRun[],
  { changes }: SimulatedOrganization,
): Report['scopes'] {
  const planned = plannedScopes(record.plan);
  const own = changesDuring(
    span,
    others.map((other) => other.span),
    changes,
  );
  const changed = changedScopes(own, planned);
  const scopes = new Set([...planned.map(({ scope }) => scope), ...changed.keys()]);
  return [...scopes].map((scope) => {
    const { activated = [], deactivated = [], undone = [] } = changed.get(scope) ?? {};
    const { verified, confirmed } = record.of(scope);
    const isCut = deactivated.length + undone.length > 0;
    return { scope, activated, deactivated, undone, evidence: isCut ? confirmed : verified };
  });
}

/** What the log of some executions is judged against: all that their plans named. */
export const judgedAgainst = (file: InventoryFile, runs: readonly ExecutionRun[]): JudgedAgainst => ({
  projects: file.projects.map(({ id }) => id),
  anchors: validities(file),
  planned: plannedToggles(runs),
});

const plannedScopes = (plan: Plan | null) => plan?.waves.flatMap(({ scopes }) => scopes) ?? [];

function countCalls({ calls }: SimulatedOrganization): Record<string, number> {
  const counts: Record<string, number> = { list: 0, activate: 0, deactivate: 0 };
  for (const { op } of calls) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

const validities = (file: InventoryFile) =>
  new Map(
    anchorsOf(file).map(({ entry: { id, certificate_details: details } }) => [
      id,
      { validAt: details.valid_at ?? undefined, expiresAt: details.expires_at },
    ]),
  );

function plannedToggles(runs: readonly ExecutionRun[]): JudgedAgainst['planned'] {
  const planned = new Map<string, { activate: Set<string>; deactivate: Set<string> }>();
  for (const { record } of runs)
    for (const { scope, successions } of plannedScopes(record.plan)) {
      const toggles = planned.get(scope) ?? { activate: new Set(), deactivate: new Set() };
      planned.set(scope, toggles);
      for (const { retiring, successor } of successions) {
        toggles.activate.add(successor);
        toggles.deactivate.add(retiring);
        // An undo may put back what was cut (I10).
        if (record.of(scope).undone) toggles.activate.add(retiring);
      }
    }
  return planned;
}
