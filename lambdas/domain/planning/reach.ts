import { type Inventory, ORGANIZATION, type Scope } from '../anchor.ts';
import type { Client } from '../client.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import { oncePer } from '../once.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/** True where this scope judges the client's traffic: its own project, or the organization (F7). */
export const reaches = (client: { project: string }, scope: Scope): boolean =>
  scope === ORGANIZATION || scope === client.project;

/** Clients by project. Cached, since a plan asks for those of thousands of scopes many times. */
const byProject = oncePer((clients: readonly ClientFacts[]) =>
  Map.groupBy(clients, ({ project }) => project),
);

/** Returns the clients whose traffic a scope judges, in their order. */
export const reaching = (clients: readonly ClientFacts[], scope: Scope): readonly ClientFacts[] =>
  scope === ORGANIZATION ? clients : (byProject(clients).get(scope) ?? []);

/** Returns the clients whose traffic a scope judges, or may, but for which its plan has no check. */
export const unprovenIn = <C extends Client>(
  { scope, checks, strays = [] }: ScopePlan,
  clients: readonly C[],
): C[] => {
  const proven = new Set(checks.map(({ client }) => client));
  return clients.filter(
    (client) => (reaches(client, scope) || strays.includes(client.name)) && !proven.has(client.name),
  );
};

/**
 * Returns a scope's plan with only the checks that its cut waits for. A client that loses nothing by the cut
 * (`beside`) keeps it waiting for nothing, and must not be moved onto an anchor that is cut here (I17).
 */
export const aroundTheCut = (plan: ScopePlan): ScopePlan => ({
  ...plan,
  checks: plan.checks.filter(({ beside }) => !beside),
});

/**
 * Divides clients by whether their project is listed. Nobody can prove or move a client of a project that is
 * not listed. Such a client delays only a cut that may lock it out, since its project may be misspelt (I1,
 * I17).
 */
export function divideByProject<C extends Client>(
  clients: readonly C[],
  { projects }: Inventory,
): { present: C[]; absent: C[] } {
  const known = new Set(projects.map(({ projectId }) => projectId));
  return {
    present: clients.filter(({ project }) => known.has(project)),
    absent: clients.filter(({ project }) => !known.has(project)),
  };
}
