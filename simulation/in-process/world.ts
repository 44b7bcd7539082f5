import type { DelayOf } from '../world/late-changes.ts';
import { createObjectStore, type ObjectStore } from '../world/object-store.ts';
import { createOrganization, type Project, type SimulatedOrganization } from '../world/organization.ts';
import type { Permission } from '../world/permissions.ts';
import { createScheduleStore, type ScheduleStore } from '../world/schedule-store.ts';
import { createSecretStore, type SecretStore } from '../world/secret-store.ts';
import type { TableStore } from './table.ts';

/** Everything outside the steps, in memory. */
export type World = {
  organization: SimulatedOrganization;
  secrets: SecretStore;
  schedules: ScheduleStore;
  table: TableStore;
  objects: ObjectStore;
  /** The base URLs that take client traffic. */
  hosts: readonly string[];
  /** What somebody has broken, for as long as it lasts. */
  broken: Set<Broken>;
  /** The audit log: not there where it is switched off, and late by seconds (F19). */
  auditLog: { isOn: boolean; late: number };
  /** The project of a client's API key, or undefined when it is refused. */
  projectOf(apiKey: string): string | undefined;
  /** The same, though the project is archived by now. */
  ownerOf(apiKey: string): string | undefined;
};

/** The admin key is refused or has lost a permission, a project is archived, or a client's secret is gone, cannot be deciphered, or is no JSON. */
export type Broken =
  | 'admin key'
  | `without ${Permission}`
  | `project ${string}`
  | `missing ${string}`
  | `undecipherable ${string}`
  | `garbled ${string}`;

export type WorldOptions = {
  /** Unix seconds. */
  now: () => number;
  projects: readonly Project[];
  hosts: readonly string[];
  projectKeys: Readonly<Record<string, string>>;
  /** Seconds until a toggle reaches a place: a host, or the API's own listings. */
  delayOf?: DelayOf;
};

/** An organization with nothing in it, and an empty account beside it. */
export function createWorld({ now, projects, hosts, projectKeys, delayOf = () => 0 }: WorldOptions): World {
  const organization = createOrganization({ now, projects });
  organization.delayBy(delayOf);
  const broken = new Set<Broken>();
  return {
    organization,
    hosts,
    broken,
    auditLog: { isOn: true, late: 0 },
    secrets: createSecretStore(),
    schedules: createScheduleStore(now),
    table: new Map(),
    objects: createObjectStore(),
    ownerOf: (apiKey) => projectKeys[apiKey],
    projectOf(apiKey) {
      const project = projectKeys[apiKey];
      const exists = projects.some(({ id }) => id === project);
      return exists && !broken.has(`project ${project}`) ? project : undefined;
    },
  };
}
