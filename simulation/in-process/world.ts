import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import {
  createOrganization,
  type Project,
  type SimulatedOrganization,
  type StoredAnchor,
} from '../world/organization.ts';
import { createScheduleStore, type ScheduleStore } from '../world/schedule-store.ts';
import { createSecretStore, type SecretStore } from '../world/secret-store.ts';
import { createReplica } from './replica.ts';
import type { TableStore } from './table.ts';

/** Everything outside the steps, in memory. */
export type World = {
  organization: SimulatedOrganization;
  secrets: SecretStore;
  schedules: ScheduleStore;
  table: TableStore;
  /** The base URLs that take client traffic. */
  hosts: readonly string[];
  /** What somebody has broken, for as long as it lasts. */
  broken: Set<Broken>;
  /** The project of a client's API key, or undefined when it is refused. */
  projectOf(apiKey: string): string | undefined;
  /** The same, though the project is archived by now. */
  ownerOf(apiKey: string): string | undefined;
  /** What a listing says of an anchor: it may be late. */
  listed(scope: Scope, anchorId: string): boolean;
  /** The anchors that a host trusts for a project: it may be late, and later than another host (F7). */
  trustedAt(host: string, project: string): StoredAnchor[];
};

/** The admin key is refused, a project is archived, or a client's secret is gone or cannot be deciphered. */
export type Broken = 'admin key' | `project ${string}` | `missing ${string}` | `undecipherable ${string}`;

export type WorldOptions = {
  /** Unix seconds. */
  now: () => number;
  projects: readonly Project[];
  hosts: readonly string[];
  projectKeys: Readonly<Record<string, string>>;
  /** Seconds until a toggle reaches a place: a host, or the API's own listings. */
  delayOf?: (place: string, change: number) => number;
};

/** The place of {@link WorldOptions.delayOf} that is not a host. */
export const LISTINGS = 'listings';

/** An organization with nothing in it, and an empty account beside it. */
export function createWorld({ now, projects, hosts, projectKeys, delayOf = () => 0 }: WorldOptions): World {
  const organization = createOrganization({ now, projects });
  const replicaAt = (place: string) =>
    createReplica(organization.changes, now, ({ by }, index) => (by === 'setup' ? 0 : delayOf(place, index)));
  const listings = replicaAt(LISTINGS);
  const edges = new Map(hosts.map((host) => [host, replicaAt(host)]));
  const stored = (id: string): StoredAnchor[] => {
    try {
      return [organization.retrieve(id)];
    } catch {
      return []; // deleted, and this place has not heard of it yet
    }
  };
  const broken = new Set<Broken>();
  return {
    organization,
    hosts,
    broken,
    secrets: createSecretStore(),
    schedules: createScheduleStore(now),
    table: new Map(),
    ownerOf: (apiKey) => projectKeys[apiKey],
    projectOf(apiKey) {
      const project = projectKeys[apiKey];
      return broken.has(`project ${project}`) ? undefined : project;
    },
    listed: (scope, anchorId) => listings(scope).has(anchorId),
    trustedAt: (host, project) => {
      const edge = edges.get(host);
      if (!edge) throw new Error(`no host ${host}`);
      const ids = new Set([...edge(project), ...edge(ORGANIZATION)]);
      return [...ids].flatMap(stored);
    },
  };
}
