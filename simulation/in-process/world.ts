import type { DeployedList } from '../../lambdas/adapters/aws/client-list.ts';
import type { OwnCertificate } from '../../lambdas/adapters/openai/certificates.ts';
import type { Regions } from '../certificates/regional-hosts.ts';
import { createTokenExchange, type RefusesAs, type TokenExchange } from '../certificates/token-exchange.ts';
import type { AnchorChoice } from '../world/anchor-choice.ts';
import { createEventStore, type EventStore } from '../world/event-store.ts';
import type { DelayOf } from '../world/late-changes.ts';
import { createObjectStore, type ObjectStore } from '../world/object-store.ts';
import { createOrganization } from '../world/organization.ts';
import type { Permission } from '../world/permissions.ts';
import { createScheduleStore, type ScheduleStore } from '../world/schedule-store.ts';
import { createSecretStore, type SecretStore } from '../world/secret-store.ts';
import type { Project, SimulatedOrganization } from '../world/simulated-organization.ts';
import {
  AUTH_HOST,
  createWorkloadIdentities,
  TOKEN_PREFIX,
  type WorkloadIdentities,
} from '../world/workload-identities.ts';
import { clientOfKey, isRotatedKey } from './api-keys.ts';
import type { TableStore } from './table.ts';

/** Everything outside the steps, in memory. */
export type World = {
  organization: SimulatedOrganization;
  secrets: SecretStore;
  schedules: ScheduleStore;
  events: EventStore;
  table: TableStore;
  objects: ObjectStore;
  /** What the admin key's calls present, where they do; they are then judged as a caller of the organization's (F10). */
  adminCertificate?: OwnCertificate;
  /** Clients of one scope that one function proves; as when deployed where absent. */
  mostTogether?: number;
  /** Characters of a scope's plan in its wave's list; far fewer than when deployed where absent. */
  mostInAList?: number;
  /** Where the last deployment has put the client list; absent before the first one. */
  clientList?: DeployedList;
  /** How the clients are configured by the last deployment: a digest that functions are told. */
  configured?: string | undefined;
  /** The base URLs that take client traffic. */
  hosts: readonly string[];
  /** Projects that only one of them answers. */
  regions: Record<string, string>;
  /** Where leaves are exchanged for tokens, and for whom (F17). */
  authHost: string;
  identities: WorkloadIdentities;
  tokenExchange: TokenExchange;
  /** What somebody has broken, for as long as it lasts. */
  broken: Set<Broken>;
  /** The audit log: not there where it is switched off, and late by seconds (F19). */
  auditLog: { isOn: boolean; late: number };
  /** The project of a client's API key or token, or undefined when it is refused. */
  projectOf(bearer: string): string | undefined;
  /** The same, though the project is archived by now. */
  ownerOf(bearer: string): string | undefined;
};

/**
 * The admin key is refused or has lost a permission, what it presents leads to nothing that the organization trusts, the API gives no certificate of an anchor, a project is archived, the client list is gone, or a client's secret is gone, cannot
 * be deciphered or may not be read by us (or the version at one of its stages, which is named behind it), or is no JSON, or its API key is revoked, or is since its owner has rotated it; or the API toggles an anchor
 * neither way, which is stuck; or no deployment names a client.
 */
export type Broken =
  | 'client list'
  | 'admin key'
  | 'admin certificate'
  | `without ${Permission}`
  | `unreadable ${string}`
  | `project ${string}`
  | `missing ${string}`
  | `undecipherable ${string}`
  | `denied ${string}`
  | `garbled ${string}`
  | `revoked ${string}`
  | `rotated ${string}`
  | `stuck ${string}`
  | `unnamed ${string}`;

export type WorldOptions = {
  /** Unix seconds. */
  now: () => number;
  projects: readonly Project[];
  hosts: readonly string[];
  regions?: Regions;
  projectKeys: Readonly<Record<string, string>>;
  /** Seconds until a toggle reaches a place: a host, or the API's own listings. */
  delayOf?: DelayOf;
  /** How the token host says that mutual TLS refused a caller. */
  refusesAs?: RefusesAs;
  /** How hosts choose among a scope's anchors. */
  choice?: AnchorChoice;
  /** At how many places a host answers; at one where absent. */
  edges?: number;
};

/** An organization with nothing in it, and an empty account beside it. */
export function createWorld(options: WorldOptions): World {
  const { now, projects, hosts, regions = {}, projectKeys, delayOf = () => 0 } = options;
  const { refusesAs, choice, edges } = options;
  const organization = createOrganization({
    ...{ now, projects },
    ...(choice !== undefined && { choice }),
    ...(edges !== undefined && { edges }),
  });
  organization.delayBy(delayOf);
  const broken = new Set<Broken>();
  const isOpen = (project: string): boolean =>
    projects.some(({ id }) => id === project) && !broken.has(`project ${project}`);
  let tokens = 0;
  const identities = createWorkloadIdentities({ now, newToken: () => `${TOKEN_PREFIX}${++tokens}` });
  return {
    organization,
    hosts,
    regions: { ...regions },
    broken,
    auditLog: { isOn: true, late: 0 },
    authHost: AUTH_HOST,
    identities,
    tokenExchange: createTokenExchange({ organization, identities, refusesAs, isOpen }),
    secrets: createSecretStore(now),
    schedules: createScheduleStore(now),
    events: createEventStore(),
    table: new Map(),
    objects: createObjectStore(),
    ownerOf: (bearer) => projectKeys[bearer] ?? identities.ownerOf(bearer)?.project,
    projectOf(bearer) {
      const token = identities.ownerOf(bearer);
      const client = clientOfKey(bearer);
      const isOld = broken.has(`rotated ${client}`) && !isRotatedKey(bearer);
      const isRevoked = isOld || broken.has(`revoked ${client}`);
      const project = token?.isExpired || isRevoked ? undefined : (token?.project ?? projectKeys[bearer]);
      return project !== undefined && isOpen(project) ? project : undefined;
    },
  };
}
