import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import { errorNames } from '../lambdas/domain/errors.ts';
import type { ExecutionRun } from '../rehearsal/execution/run-execution.ts';
import { haltOf, outcomeOf } from '../rehearsal/outcome.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import type { StandingEnvironment } from './standing-environment.ts';

/** What a point leaves behind, in a form that is the same for every point of a case. */
export type Aftermath = {
  /** The active anchors of each scope. */
  trust: Record<string, string[]>;
  /** The leaf that each client runs on. */
  leaves: Record<string, string>;
  lease: 'free' | 'held' | 'none';
  /** What the journal still remembers of successions, soaks and cuts. */
  remembered: string[];
  scheduled: boolean;
};

/** Reads the organization, the secrets, the table and the schedule. Ids are given without their suffix. */
export async function aftermathOf(
  { environment, leafOf }: StandingEnvironment,
  file: InventoryFile,
  suffix: string,
): Promise<Aftermath> {
  const { organization, workloads, tables, schedules } = environment.services;
  const named = (id: string) => id.slice(0, id.length - suffix.length);
  const scopes = [ORGANIZATION, ...file.projects.map(({ id }) => id)];
  const anchors = file.organization.data;
  const trust = scopes.map((scope) => [
    scope,
    anchors.flatMap(({ id }) => (organization.isActive(scope, id) ? named(id) : [])).sort(),
  ]);
  const items = (await Promise.all(environment.tables.map((table) => tables.items(table)))).flat();
  const lease = items.find(({ pk }) => pk === 'lease');
  return {
    trust: Object.fromEntries(trust),
    leaves: Object.fromEntries(
      workloads.flatMap((one) => ('secret' in one ? [[one.name, leafOf(one.secret)]] : [])),
    ),
    lease: lease ? (lease.released ? 'free' : 'held') : 'none',
    remembered: items.flatMap(({ pk, sk }) =>
      ['begun', 'soak', 'cut'].includes(String(pk)) ? [`${pk} ${sk}`] : [],
    ),
    scheduled: Object.keys(schedules.times()).length > 0,
  };
}

// The names that Step Functions and Lambda give to a function that was cut off.
const platformErrors = ['Runtime.ExitError', 'Sandbox.Timedout', 'States.Timeout'];

/**
 * Returns how an execution ended when it must not end like that: red without one of our names, or green while
 * work is left (I13).
 */
export function badEnd(run: ExecutionRun, after: Aftermath, planned: Aftermath): string[] {
  const halt = haltOf(run);
  if (halt && ![...errorNames, ...platformErrors].includes(halt.error))
    return [`halted as ${halt.error}: ${halt.cause.slice(0, 200)}`];
  const finished = JSON.stringify(after.trust) === JSON.stringify(planned.trust);
  return outcomeOf(run) === 'rotated' && !finished ? ['green, but not in the planned state'] : [];
}

/** Returns what differs from the planned state. */
export const differences = (after: Aftermath, planned: Aftermath): string[] =>
  (Object.keys(planned) as (keyof Aftermath)[]).flatMap((key) => {
    const [seen, wanted] = [JSON.stringify(after[key]), JSON.stringify(planned[key])];
    return seen === wanted ? [] : [`${key} is ${seen}, planned was ${wanted}`];
  });
