import { instant } from '../lambdas/domain/instant.ts';
import { DEFAULT_HABIT } from '../simulation/workloads/habit.ts';
import type { TrafficEnd } from '../simulation/workloads/workloads-worker.ts';
import type { ExecutionRun } from './execution/run-execution.ts';
import type { Report } from './report.ts';
import type { SimulatedServices } from './simulated-services.ts';

/** The clients that the hosts turned away at the end, and whether their secret would have let them in. */
export function lockedOutOf(
  { outside }: TrafficEnd,
  { workloads, secrets }: Pick<SimulatedServices, 'workloads' | 'secrets'>,
): Report['lockedOut'] {
  return outside.flatMap(({ name, since, version }) => {
    const workload = workloads.find((one) => one.name === name);
    if (!workload) return [];
    const { project } = workload;
    const [secret, habit] =
      'secret' in workload ? [workload.secret, workload.habit ?? DEFAULT_HABIT] : [null, DEFAULT_HABIT];
    const current = secret === null ? version : secrets.read(secret, 'AWSCURRENT')?.versionId;
    return [{ client: name, project, habit, since: instant(since), isUnread: current !== version }];
  });
}

/** Where each attacker got in, and until when. */
export const attacksOf = ({ attacks }: TrafficEnd): NonNullable<Report['attacks']> =>
  attacks.map(({ anchor, requests, gotIn, tokensUntil }) => ({
    anchor,
    requests,
    gotIn: gotIn.map(({ project, host, until }) => ({
      project,
      host,
      until: until === null ? null : instant(until),
    })),
    tokensUntil: tokensUntil === null ? null : instant(tokensUntil),
  }));

/** How many places a leaked key still got in at after the emergency had ended green (I15). */
export function acceptedAfterGreen({ attacks }: TrafficEnd, { end, endedAt }: ExecutionRun): number {
  if (end.error !== null) return 0;
  const places = attacks.flatMap(({ gotIn }) => gotIn);
  return places.filter(({ last, until }) => until === null || last > endedAt).length;
}

/** How many attackers have a token that lives longer than a green emergency says that any does (F17). */
export function tokensPast({ attacks }: TrafficEnd, { end, record }: ExecutionRun): number {
  if (end.error !== null) return 0;
  const said = record.tokensUntil ?? '';
  return attacks.filter(({ tokensUntil }) => tokensUntil !== null && instant(tokensUntil) > said).length;
}
