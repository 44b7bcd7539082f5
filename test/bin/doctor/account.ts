import { onTestFinished } from 'vitest';
import { dynamoJournal } from '../../../lambdas/adapters/table/journal.ts';
import { tableNamed } from '../../../lambdas/adapters/table/table.ts';
import { startAwsEndpoints } from '../../../simulation/served/aws-endpoints.ts';
import { startTableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { createEventStore } from '../../../simulation/world/event-store.ts';
import { createExecutionStore } from '../../../simulation/world/execution-store.ts';
import { createScheduleStore } from '../../../simulation/world/schedule-store.ts';
import { createSecretStore } from '../../../simulation/world/secret-store.ts';
import { tableEnvironment } from '../table-environment.ts';

/** Returns the ARN of the machine of an organization's stack, in the account of these tests. */
export const machineArn = (organization: string) =>
  `arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-${organization}`;

/** Returns the ARN of one execution of that machine. */
export const executionArn = (organization: string, name: string) =>
  `${machineArn(organization).replace('stateMachine', 'execution')}:${name}`;

/** Returns the name of the table of an organization's stack, as CloudFormation names it. */
export const tableName = (organization: string) => `Windlass-${organization}-JournalD53F2F9B-1ABCDEFGH`;

/**
 * Serves an account on this machine until the test ends, with a stack for each organization. `env` makes the
 * command line use this account.
 */
export async function openAccount(...organizations: string[]) {
  const [executions, schedules] = [createExecutionStore(), createScheduleStore()];
  const secrets = createSecretStore();
  const aws = await startAwsEndpoints({ secrets, schedules, executions, events: createEventStore() });
  const tables = await startTableEndpoint();
  onTestFinished(async () => void (await Promise.all([aws.close(), tables.close()])));
  for (const name of organizations) {
    executions.machine(machineArn(name));
    await tables.create(tableName(name));
  }
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const table = (name: string) =>
    tableNamed(tableName(name), { endpoint: tables.url, region: 'eu-west-1', credentials });
  const env = {
    ...tableEnvironment(tables.url),
    AWS_ENDPOINT_URL_SFN: aws.url,
    AWS_ENDPOINT_URL_SCHEDULER: aws.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
  };
  return {
    ...{ env, executions, schedules, secrets, tables, calls: aws.calls },
    table,
    journal: (name: string) => dynamoJournal(table(name)),
  };
}
