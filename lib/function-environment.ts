import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ListAsset } from './client-list.ts';
import type { Organization } from './config.ts';
import { configuredAs } from './configured.ts';
import type { Clockwork } from './schedules.ts';
import { needsOf, type Step } from './steps.ts';

/** What a step's function may be told about. */
export type Surroundings = {
  name: string;
  organization: Organization;
  clockwork: Clockwork;
  /** The table with the lease and the journal. */
  table: TableV2;
  /** The list of every client and witness. */
  clientList: ListAsset;
  /** The bucket with the lists that runs work on. */
  manifests: Bucket;
};

/**
 * The environment variables of a step's function: only what the step's adapters read. Lambda allows 4 KB for
 * all of them. So the policy comes with Plan's input, and the clients come from S3.
 */
export function environmentOf(
  step: Step,
  { name, organization, clockwork, table, clientList, manifests: bucket }: Surroundings,
): Record<string, string> {
  const { admin, clients, hosts, schedule, hold, configured, metrics, list, manifests } = needsOf(step);
  return {
    ...(admin && {
      WINDLASS_ADMIN_SECRET: organization.adminSecret,
      OPENAI_BASE_URL: organization.baseUrl,
    }),
    ...(clients && { WINDLASS_STAGED_LABEL: organization.stagedLabel }),
    ...(hosts && {
      WINDLASS_MTLS_HOSTS: JSON.stringify(organization.mtlsHosts),
      WINDLASS_AUTH_HOST: organization.authHost,
      WINDLASS_PROBE_PATH: organization.probePath,
    }),
    ...(hold && { WINDLASS_HOLD: JSON.stringify(organization.policy.hold) }),
    ...(configured && { WINDLASS_CONFIGURED: configuredAs(organization) }),
    ...(metrics && { WINDLASS_ORGANIZATION: name }),
    ...(schedule && clockwork.environment),
    ...(list && clientList.environment),
    ...(manifests && { WINDLASS_MANIFESTS: bucket.bucketName }),
    WINDLASS_TABLE: table.tableName,
  };
}
