import { randomBytes } from 'node:crypto';
import { serverIdentity } from '../simulation/certificates/pki.ts';
import { hostsIn, type Regions } from '../simulation/certificates/regional-hosts.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { createServedLog, type ServedLog } from '../simulation/log/served-log.ts';
import type { ClientRole } from '../simulation/organizations/client-roles.ts';
import { issueCredentials } from '../simulation/organizations/issue-credentials.ts';
import type { Preparation } from '../simulation/organizations/preparation.ts';
import { type AdminLimits, adminKeyOf } from '../simulation/served/admin-limits.ts';
import { startAwsEndpoints } from '../simulation/served/aws-endpoints.ts';
import { type CertificatesApiOptions, serveCertificatesApi } from '../simulation/served/certificates-api.ts';
import type { Intercept } from '../simulation/served/interceptions.ts';
import { startObjectEndpoint } from '../simulation/served/object-endpoint.ts';
import { startTableEndpoint, type TableEndpoint } from '../simulation/served/table-endpoint.ts';
import { serveTokenHost } from '../simulation/served/token-host.ts';
import { serveTrafficHosts } from '../simulation/served/traffic-hosts.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { AttackerSpec } from '../simulation/workloads/attacker.ts';
import type { WorkloadSpec } from '../simulation/workloads/reading.ts';
import { createEventStore, type EventStore } from '../simulation/world/event-store.ts';
import { createExecutionStore, type ExecutionStore } from '../simulation/world/execution-store.ts';
import { createObjectStore, type ObjectStore } from '../simulation/world/object-store.ts';
import { createOrganization } from '../simulation/world/organization.ts';
import { createScheduleStore, type ScheduleStore } from '../simulation/world/schedule-store.ts';
import { createSecretStore, type SecretStore } from '../simulation/world/secret-store.ts';
import type { SimulatedOrganization } from '../simulation/world/simulated-organization.ts';
import {
  createWorkloadIdentities,
  type WorkloadIdentities,
} from '../simulation/world/workload-identities.ts';

/**
 * Everything around the machine: the organization, its hosts and the AWS account's stores, all within this
 * process.
 */
export type SimulatedServices = {
  organization: SimulatedOrganization;
  /** What executions do to it. */
  log: ServedLog;
  secrets: SecretStore;
  /** The keyless workloads of the organization. */
  identities: WorkloadIdentities;
  schedules: ScheduleStore;
  /** The events that runs have put on the account's event bus. */
  events: EventStore;
  executions: ExecutionStore;
  /** DynamoDB, without a table yet. */
  tables: TableEndpoint;
  workloads: WorkloadSpec[];
  attackers: AttackerSpec[];
  apiBase: string;
  mtlsHosts: string[];
  /** For projects that only one host answers, that host. */
  regions: Regions;
  /** The host where the leaves of keyless clients are exchanged for tokens. */
  authBase: string;
  awsEndpoint: string;
  /** S3: the objects, and the address where they are served. */
  objects: ObjectStore;
  objectsEndpoint: string;
  /** PEM of the CA that issued the mTLS hosts' certificates. */
  ca: string;
  close(): Promise<void>;
};

/**
 * Starts the services for an inventory: real certificates, real sockets, and nothing that leaves this
 * machine.
 */
export async function startServices(options: {
  file: InventoryFile;
  preparation: Preparation;
  roles: readonly ClientRole[];
  /** Leaves that have to stay out. */
  witnesses?: readonly ClientRole[] | undefined;
  clock: VirtualClock;
  /** The secret that the configuration names for the admin key. */
  adminSecret: string;
  intercept?: Intercept | undefined;
  limits?: AdminLimits | undefined;
  /** Anchors whose keys an attacker has. */
  compromised?: readonly string[] | undefined;
  /** How many hosts there are for client traffic. When absent, one. */
  hosts?: number | undefined;
}): Promise<SimulatedServices> {
  const { file, preparation, roles, clock, adminSecret, hosts: count = 1 } = options;
  const { compromised = [], witnesses = [] } = options;
  const projects = file.projects.map(({ id, name, residency }) => ({
    ...{ id, name: name ?? null },
    ...(residency && { residency }),
  }));
  const organization = createOrganization({ now: clock.now, projects });
  const intercept = options.intercept?.(organization) ?? {};
  const [objects, secrets, schedules, events, executions] = [
    createObjectStore(),
    createSecretStore(clock.now),
    createScheduleStore(clock.now),
    createEventStore(),
    createExecutionStore(clock.now),
  ];
  const identities = createWorkloadIdentities({ now: clock.now });
  const [{ projectKeys, ...issued }, identity] = await Promise.all([
    issueCredentials(
      file,
      preparation,
      roles,
      { organization, secrets, identities },
      { compromised, witnesses },
    ),
    serverIdentity(),
  ]);
  const adminKey = `sk-admin-${randomBytes(24).toString('base64url')}`;
  secrets.put(adminSecret, JSON.stringify({ apiKey: adminKey }));
  const admin: CertificatesApiOptions = {
    organization,
    ...adminKeyOf(adminKey, options.limits ?? {}),
    ...(intercept.api && { intercept: intercept.api }),
  };
  const traffic = {
    admin,
    projectKeys,
    identities,
    identity,
    ...(intercept.traffic && { intercept: intercept.traffic }),
  };
  const exchanging = {
    ...{ organization, identities, identity },
    ...(intercept.tokens && { intercept: intercept.tokens }),
  };
  const [api, hosts, tokens, aws, tables, s3] = await Promise.all([
    serveCertificatesApi(admin),
    serveTrafficHosts(traffic, { count, projects: file.projects }),
    serveTokenHost(exchanging),
    startAwsEndpoints({ secrets, schedules, events, executions }, intercept.aws),
    startTableEndpoint(intercept.table),
    startObjectEndpoint(objects, intercept.objects),
  ]);
  return {
    organization,
    log: createServedLog(organization),
    secrets,
    identities,
    schedules,
    events,
    executions,
    tables,
    attackers: issued.attackers,
    workloads: issued.workloads.map((one) => ({ ...one, ...hostsIn(hosts.regions, one.project) })),
    apiBase: api.url,
    mtlsHosts: hosts.urls,
    regions: hosts.regions,
    authBase: tokens.url,
    awsEndpoint: aws.url,
    objects,
    objectsEndpoint: s3.url,
    ca: identity.ca,
    close: async () =>
      void (await Promise.all([api, hosts, tokens, aws, tables, s3].map((server) => server.close()))),
  };
}
