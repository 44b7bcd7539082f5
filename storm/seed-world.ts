import { hostsIn } from '../simulation/certificates/regional-hosts.ts';
import { chanceAt } from '../simulation/chance/chance.ts';
import { apiKeyOf } from '../simulation/in-process/api-keys.ts';
import { createWorld, type World } from '../simulation/in-process/world.ts';
import { IDENTITY, idsOf, PROVIDER } from '../simulation/organizations/keyless-clients.ts';
import { projectOfKey } from '../simulation/organizations/leaves/client-keys.ts';
import type { Scenario } from '../simulation/organizations/scenario.ts';
import type { DelayOf } from '../simulation/world/late-changes.ts';
import type { Outsiders } from './outsiders/outsiders.ts';

/** The world of a scenario, still empty. `now` in Unix seconds. */
export function worldOf(scenario: Scenario, now: () => number, delayOf: DelayOf): World {
  const { witnesses = [] } = scenario;
  const world = createWorld({
    now,
    projects: scenario.projects.map((id) => ({ id, name: id })),
    hosts: scenario.hosts,
    ...(scenario.regions && { regions: scenario.regions }),
    projectKeys: Object.fromEntries(
      [...scenario.clients, ...witnesses].flatMap((one) =>
        [false, true].map((isRotated) => [apiKeyOf(one, isRotated), projectOfKey(one, isRotated, scenario)]),
      ),
    ),
    delayOf,
    ...(scenario.refusesAs && { refusesAs: scenario.refusesAs }),
    ...(scenario.choice !== undefined && { choice: scenario.choice }),
    ...(scenario.edges !== undefined && { edges: scenario.edges }),
  });
  world.organization.tellsProjects = scenario.areProjectsUntold !== true;
  world.auditLog = scenario.auditLog ?? world.auditLog;
  // In half of the seeds two clients are too many for one function.
  if (chanceAt(scenario.seed, 'shards').next() < 0.5) world.mostTogether = 1;
  return world;
}

/** Puts the organization and its secrets into the state in which the seed begins. */
export function seedWorld(
  { anchors, clients, witnesses = [] }: Scenario,
  { organization, identities }: World,
  outsiders: Outsiders,
  pems: ReadonlyMap<string, string>,
): void {
  for (const { id, name, validAt, expiresAt, activeIn, later, ...about } of anchors)
    if (!later)
      organization.seed(
        {
          ...{ id, name, createdAt: validAt, validAt, expiresAt, pem: pems.get(id) ?? null },
          ...(about.filter !== undefined && { filter: about.filter }),
        },
        activeIn,
      );
  identities.addProvider(PROVIDER, IDENTITY);
  for (const { name, project: configured, keyOf, running, staged, keyless, isUnmapped } of clients) {
    const project = keyOf ?? configured;
    const account = idsOf(name).serviceAccountId;
    if (keyless && !isUnmapped) identities.map({ provider: PROVIDER, identity: name, account, project });
    outsiders.put(name, running, 'AWSCURRENT');
    if (staged) outsiders.put(name, staged, 'AWSPENDING');
  }
  for (const { name, current, pending } of witnesses) {
    outsiders.put(name, current, 'AWSCURRENT');
    if (pending) outsiders.put(name, pending, 'AWSPENDING');
  }
}

/**
 * The clients, the witnesses and the policy that a scenario's configuration names. `broken` holds the clients
 * that it does not name at the moment.
 */
export function configuredIn(scenario: Scenario, broken: World['broken'] = new Set()) {
  const { policy, witnesses = [], regions = {} } = scenario;
  const named = scenario.clients.filter(({ name }) => !broken.has(`unnamed ${name}`));
  const clients = named.map(({ name, project, authority }) => ({
    ...{ name, project, secret: name },
    ...(authority && { authority }),
    ...hostsIn(regions, project),
  }));
  // The authority is stated because an outsider may delete a witness's anchor. A witness without an authority
  // would then hold up every line.
  const mustRefuse = witnesses.map(({ name, project, line }) => ({
    ...{ name, project, secret: name, authority: line, ...hostsIn(regions, project) },
  }));
  return { clients, mustRefuse, policy, mtlsHosts: [...scenario.hosts] };
}
