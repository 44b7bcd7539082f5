import { type Inventory, ORGANIZATION, type Scope } from '../anchor.ts';
import type { Client, ClientFacts } from '../client.ts';
import { oncePer } from '../once.ts';
import type { ScopePlan } from '../plan-document.ts';

/** True when the client's traffic is judged by this scope: its own project's, or the organization's (F7). */
export const reaches = (client: { project: string }, scope: Scope): boolean =>
  scope === ORGANIZATION || scope === client.project;

/** Clients by project: a plan asks for those of thousands of scopes, many times. */
const byProject = oncePer((clients: readonly ClientFacts[]) =>
  Map.groupBy(clients, ({ project }) => project),
);

/** The clients whose traffic is judged by a scope, in their order. */
export const reaching = (clients: readonly ClientFacts[], scope: Scope): readonly ClientFacts[] =>
  scope === ORGANIZATION ? clients : (byProject(clients).get(scope) ?? []);

/** The clients that a scope's plan has no check for, though their traffic is judged by it. */
export const unprovenIn = <C extends Client>({ scope, checks }: ScopePlan, clients: readonly C[]): C[] => {
  const proven = new Set(checks.map(({ client }) => client));
  return clients.filter((client) => reaches(client, scope) && !proven.has(client.name));
};

/** A scope's plan with the checks that its cut waits for. Whoever it takes nothing from keeps it not waiting, and is moved onto nothing that it cuts (I17). */
export const aroundTheCut = (plan: ScopePlan): ScopePlan => ({
  ...plan,
  checks: plan.checks.filter(({ beside }) => !beside),
});

/**
 * Divides clients by whether their project is listed. Where it is not, nobody can prove or move them, and they keep nobody
 * waiting but where the organization's cut may lock them out: the project may be misspelt (I1, I17).
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
