import type { Plan } from '../lambdas/domain/document.ts';
import { causeOf } from './cause.ts';
import { changedScopes, changesDuring } from './changed.ts';
import type { FaultsAtWork } from './faults-at-work.ts';
import { anchorsOf, type InventoryFile } from './inventory.ts';
import { type JudgedAgainst, judge } from './judge.ts';
import type { SimulatedOrganization } from './organization.ts';
import type { Performance } from './perform.ts';
import type { Halt, Outcome, Report } from './report.ts';
import type { ScheduleStore } from './scheduler-endpoint.ts';
import { recoveryOf } from './sweep.ts';

/** What one rehearsal came to: the machine's end and the steps' own words, and beside them what the simulator saw. */
export function reportOf(seen: {
  run: Performance;
  /** The executions that followed it, or ran beside it. */
  sweeps?: readonly Performance[];
  faults?: Pick<FaultsAtWork, 'report'> | undefined;
  file: InventoryFile;
  organization: SimulatedOrganization;
  schedules: ScheduleStore;
  requests: Report['requests'];
  durationMs: number;
}): Report {
  const { run, sweeps = [], faults, file, organization, schedules, requests, durationMs } = seen;
  const { end, chronicle, moved } = run;
  const { plan } = chronicle;
  return {
    outcome: outcomeOf(run),
    halt: haltOf(run),
    successions: (plan?.successions ?? []).map(({ authority, retiring, successor }) => ({
      authority,
      retiring,
      successor,
    })),
    blocked: plan?.blocked ?? [],
    scopes: scopesOf(run, sweeps, organization),
    requests,
    calls: countCalls(organization),
    violations: judge(organization.changes, judgedAgainst(file, [run, ...sweeps])),
    promoted: (plan?.promotions ?? []).map(({ client }) => client).filter((client) => moved.includes(client)),
    nextRotationAt: Object.values(schedules.times())[0] ?? null,
    ...(faults && { faults: faults.report(), recovery: recoveryOf(sweeps) }),
    stateTransitions: end.stateTransitions,
    durationMs,
  };
}

/** Every scope of the plan, with what the organization's log says of it: a step may have changed it and never heard so. */
function scopesOf(
  { chronicle, span }: Performance,
  others: readonly Performance[],
  { changes }: SimulatedOrganization,
): Report['scopes'] {
  const planned = plannedScopes(chronicle.plan);
  const own = changesDuring(
    span,
    others.map((other) => other.span),
    changes,
  );
  const changed = changedScopes(own, planned);
  const scopes = new Set([...planned.map(({ scope }) => scope), ...changed.keys()]);
  return [...scopes].map((scope) => {
    const { activated = [], deactivated = [], undone = [] } = changed.get(scope) ?? {};
    const { verified, confirmed } = chronicle.of(scope);
    const isCut = deactivated.length + undone.length > 0;
    return { scope, activated, deactivated, undone, evidence: isCut ? confirmed : verified };
  });
}

/** How an execution ended, in the words of a report. */
export function outcomeOf({ end: { error }, chronicle: { plan } }: Performance): Outcome {
  if (error === 'Blocked') return 'blocked';
  if (error !== null) return 'halted';
  return plan?.decision === 'rotate' ? 'rotated' : 'idle';
}

/** Why an execution halted, or null when it did not. */
export const haltOf = (run: Performance): Halt | null =>
  outcomeOf(run) === 'halted' ? { error: run.end.error ?? '', cause: causeOf(run.end.cause) } : null;

/** What the log of some executions is judged against: all that their plans named. */
export const judgedAgainst = (file: InventoryFile, runs: readonly Performance[]): JudgedAgainst => ({
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

function plannedToggles(runs: readonly Performance[]): JudgedAgainst['planned'] {
  const planned = new Map<string, { activate: Set<string>; deactivate: Set<string> }>();
  for (const { chronicle } of runs)
    for (const { scope, successions } of plannedScopes(chronicle.plan)) {
      const toggles = planned.get(scope) ?? { activate: new Set(), deactivate: new Set() };
      planned.set(scope, toggles);
      for (const { retiring, successor } of successions) {
        toggles.activate.add(successor);
        toggles.deactivate.add(retiring);
        // An undo may put back what was cut (I10).
        if (chronicle.of(scope).undone) toggles.activate.add(retiring);
      }
    }
  return planned;
}
