import { randomBytes } from 'node:crypto';
import { type AwsIntercept, startAwsEndpoints } from './aws-endpoints.ts';
import { castOrganization } from './cast.ts';
import { type CertificatesApiOptions, serveCertificatesApi } from './certificates-api.ts';
import type { ClientRole } from './client-roles.ts';
import { createExecutionStore, type ExecutionStore } from './executions-endpoint.ts';
import type { InventoryFile } from './inventory.ts';
import { createOrganization, type SimulatedOrganization } from './organization.ts';
import { serverIdentity } from './pki.ts';
import type { Preparation } from './preparation.ts';
import { createScheduleStore, type ScheduleStore } from './scheduler-endpoint.ts';
import { createSecretStore, type SecretStore } from './secrets-endpoint.ts';
import { startTableEndpoint, type TableEndpoint, type TableIntercept } from './table-endpoint.ts';
import { serveTrafficHost, type TrafficHostOptions } from './traffic-host.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { WorkloadSpec } from './workload.ts';

/** What gets in the way of API calls, of client traffic, and of the functions' AWS calls. */
export type Interceptions = {
  api?: CertificatesApiOptions['intercept'];
  traffic?: TrafficHostOptions['intercept'];
  aws?: AwsIntercept;
  table?: TableIntercept;
};

/** Puts something in the way in an organization, which it may change as an outsider would. */
export type Intercept = (organization: SimulatedOrganization) => Interceptions;

/** Everything around the machine: the organization, its hosts and the AWS account's stores, all within this process. */
export type Scene = {
  organization: SimulatedOrganization;
  secrets: SecretStore;
  schedules: ScheduleStore;
  executions: ExecutionStore;
  /** DynamoDB, without a table yet. */
  tables: TableEndpoint;
  workloads: WorkloadSpec[];
  apiBase: string;
  mtlsHosts: string[];
  awsEndpoint: string;
  /** PEM of the CA that the mTLS hosts' certificates hang from. */
  ca: string;
  close(): Promise<void>;
};

/** Sets the scene for an inventory: real certificates, real sockets, and nothing that leaves this machine. */
export async function setScene(options: {
  file: InventoryFile;
  preparation: Preparation;
  roles: readonly ClientRole[];
  clock: VirtualClock;
  /** The secret that the configuration names for the admin key. */
  adminSecret: string;
  intercept?: Intercept | undefined;
  /** Hosts for client traffic; one unless told otherwise. */
  hosts?: number | undefined;
}): Promise<Scene> {
  const { file, preparation, roles, clock, adminSecret, hosts: count = 1 } = options;
  const projects = file.projects.map(({ id, name }) => ({ id, name: name ?? null }));
  const organization = createOrganization({ now: clock.now, projects });
  const intercept = options.intercept?.(organization) ?? {};
  const [secrets, schedules, executions] = [
    createSecretStore(),
    createScheduleStore(clock.now),
    createExecutionStore(),
  ];
  const [{ workloads, projectKeys }, identity] = await Promise.all([
    castOrganization(file, preparation, roles, { organization, secrets }),
    serverIdentity(),
  ]);
  const adminKey = `sk-admin-${randomBytes(24).toString('base64url')}`;
  secrets.put(adminSecret, JSON.stringify({ apiKey: adminKey }));
  const admin: CertificatesApiOptions = {
    organization,
    adminKeys: { [adminKey]: 'windlass' },
    ...(intercept.api && { intercept: intercept.api }),
  };
  const traffic = {
    admin,
    projectKeys,
    identity,
    ...(intercept.traffic && { intercept: intercept.traffic }),
  };
  const [api, hosts, aws, tables] = await Promise.all([
    serveCertificatesApi(admin),
    Promise.all(Array.from({ length: count }, () => serveTrafficHost(traffic))),
    startAwsEndpoints({ secrets, schedules, executions }, intercept.aws),
    startTableEndpoint(intercept.table),
  ]);
  return {
    organization,
    secrets,
    schedules,
    executions,
    tables,
    workloads,
    apiBase: api.url,
    mtlsHosts: hosts.map(({ url }) => url),
    awsEndpoint: aws.url,
    ca: identity.ca,
    close: async () => void (await Promise.all([api, ...hosts, aws, tables].map((server) => server.close()))),
  };
}
