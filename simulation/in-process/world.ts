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
  /**
   * What the admin key's calls present, if anything. They are then judged as a
   * caller of the organization's (F10).
   */
  adminCertificate?: OwnCertificate;
  /** Most clients of one scope that one function proves; by default as when deployed. */
  mostTogether?: number;
  /** Most characters of a scope's plan in its wave's list; by default far fewer than when deployed. */
  mostInAList?: number;
  /** Where the last deployment has put the client list; absent before the first one. */
  clientList?: DeployedList;
  /** How the clients are configured by the last deployment: a digest that functions are told. */
  configured?: string | undefined;
  /** The base URLs that take client traffic. */
  hosts: readonly string[];
  /** Projects that only one of the hosts answers, with that host. */
  regions: Record<string, string>;
  /**
   * The base URL of the token host. `identities` has the clients that may exchange their leaves there (F17).
   */
  authHost: string;
  identities: WorkloadIdentities;
  tokenExchange: TokenExchange;
  /** What somebody has broken, for as long as it lasts. */
  broken: Set<Broken>;
  /** The audit log: switched off, or late by seconds (F19). */
  auditLog: { isOn: boolean; late: number };
  /** The project of a client's API key or token; undefined when it is refused. */
  projectOf(bearer: string): string | undefined;
  /** The same, even where the project is archived by now. */
  ownerOf(bearer: string): string | undefined;
};

/**
 * What somebody has broken:
 *
 * - `client list`: the list is gone.
 * - `admin key`, `without …`: the admin key is refused, or has lost a permission.
 * - `admin certificate`: what the admin key presents leads to nothing that the organization trusts.
 * - `unreadable …`: the API does not give an anchor's certificate.
 * - `project …`: a project is archived.
 * - `missing …`, `undecipherable …`, `denied …`, `garbled …`: a client's secret is gone, cannot be
 *   deciphered, may not be read by us, or is no JSON. Behind `undecipherable` and `denied` a stage may follow
 *   the client's name; then only the version at that stage is concerned.
 * - `revoked …`, `rotated …`: a client's API key is revoked, or its first key is revoked since its owner has
 *   rotated it.
 * - `stuck …`: the API toggles an anchor neither way.
 * - `unnamed …`: no deployment names a client.
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
  /** At how many places a host answers; one by default. */
  edges?: number;
};

/** Makes an organization without anything in it, and an empty account beside it. */
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
