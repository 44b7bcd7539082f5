import type { Plan } from '../lambdas/domain/document.ts';
import { type Chronicle, causeOf } from './chronicle.ts';
import { anchorsOf, type InventoryFile } from './inventory.ts';
import { judge } from './judge.ts';
import type { MachineEnd } from './machine.ts';
import type { SimulatedOrganization } from './organization.ts';
import type { Report } from './report.ts';
import type { ScheduleStore } from './scheduler-endpoint.ts';

/** What one rehearsal came to: the machine's end and the steps' own words, and beside them what the simulator saw. */
export function reportOf(seen: {
  end: MachineEnd;
  chronicle: Chronicle;
  file: InventoryFile;
  organization: SimulatedOrganization;
  schedules: ScheduleStore;
  requests: Report['requests'];
  durationMs: number;
}): Report {
  const { end, chronicle, file, organization, schedules, requests, durationMs } = seen;
  const { plan } = chronicle;
  const outcome = outcomeOf(end, plan);
  return {
    outcome,
    halt: outcome === 'halted' ? { error: end.error ?? '', cause: causeOf(end.cause) } : null,
    successions: (plan?.successions ?? []).map(({ authority, retiring, successor }) => ({
      authority,
      retiring,
      successor,
    })),
    blocked: plan?.blocked ?? [],
    scopes: plannedScopes(plan).map(({ scope }) => ({ scope, ...chronicle.of(scope) })),
    requests,
    calls: countCalls(organization),
    violations: judge(organization.changes, {
      projects: file.projects.map(({ id }) => id),
      anchors: validities(file),
      planned: plannedToggles(plan),
    }),
    promoted: [...chronicle.promoted],
    nextRotationAt: Object.values(schedules.times())[0] ?? null,
    stateTransitions: end.stateTransitions,
    durationMs,
  };
}

function outcomeOf({ error }: MachineEnd, plan: Plan | null): Report['outcome'] {
  if (error === 'Blocked') return 'blocked';
  if (error !== null) return 'halted';
  return plan?.decision === 'rotate' ? 'rotated' : 'idle';
}

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

const plannedToggles = (plan: Plan | null) =>
  new Map(
    plannedScopes(plan).map(({ scope, successions }) => [
      scope,
      {
        activate: new Set(successions.map(({ successor }) => successor)),
        deactivate: new Set(successions.map(({ retiring }) => retiring)),
      },
    ]),
  );
