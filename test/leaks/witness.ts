import { inspect } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { renderHistory } from '../../bin/journal/history-report.ts';
import { latestRotations } from '../../bin/journal/latest-rotations.ts';
import { tableNamed } from '../../lambdas/adapters/table/table.ts';
import type { RehearsalEnvironment } from '../../rehearsal/environment.ts';
import type { SimulatedServices } from '../../rehearsal/simulated-services.ts';
import { clientSettings } from '../adapters/aws-account.ts';
import { inventory, TOKEN } from './acts.ts';
import { ADMIN_SECRET } from './everything-once.ts';
import type { Needles } from './needles.ts';

/** Everything that somebody may see of the rotations, with where it was seen. */
export const seen: { where: string; text: string }[] = [];

/** Records something that is seen: a text as it is, anything else as JSON and as a log would show it. */
export const see = (where: string, what: unknown) =>
  seen.push({
    where,
    text: typeof what === 'string' ? what : `${JSON.stringify(what)}\n${inspect(what, { depth: 9 })}`,
  });

/** The environment, with the input, the output and the error of each step recorded. */
export const witnessed = (environment: RehearsalEnvironment, during: string): RehearsalEnvironment => ({
  ...environment,
  invoke: async (name, input) => {
    see(`${during}: input of ${name}`, input);
    try {
      const output = await environment.invoke(name, input);
      see(`${during}: output of ${name}`, output);
      return output;
    } catch (error) {
      see(`${during}: error of ${name}`, [error, String(error), (error as Error).stack]);
      throw error;
    }
  },
});

/** Returns every secret that exists, under a name. */
export function needlesIn({ secrets, organization, workloads }: SimulatedServices): Needles {
  const needles = new Map<string, string>();
  const names = [ADMIN_SECRET, ...workloads.flatMap((one) => ('secret' in one ? one.secret : []))];
  for (const name of names)
    for (const environment of ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'])
      for (const [field, value] of Object.entries(JSON.parse(secrets.read(name, environment)?.value ?? '{}')))
        needles.set(`${field} of ${name} at ${environment}`, String(value));
  needles.set('the token', TOKEN);
  for (const { certificates } of inventory.projects.slice(0, 1))
    for (const { id } of certificates.data) needles.set(`PEM of ${id}`, organization.retrieve(id).pem ?? '');
  return needles;
}

/** Records what the account has kept and what the functions have logged. */
export async function seeStores({
  services: { tables, schedules, events },
  host,
  definition,
}: RehearsalEnvironment): Promise<void> {
  const client = new DynamoDBClient(clientSettings(tables.url));
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const name of TableNames) {
    for (const item of await tables.items(name)) see('the table', item);
    const table = tableNamed(name, clientSettings(tables.url));
    const latest = await latestRotations(table, { limit: 100, all: true });
    see('the history', latest.rotations);
    see('the rendered history', renderHistory(latest));
  }
  client.destroy();
  for (const key of Object.keys(schedules.times())) {
    const [GroupName, Name] = key.split('/');
    see('the schedule', schedules.operations.GetSchedule({ GroupName, Name }));
  }
  see('the events', events.all());
  see('the definition', definition);
  see('the logs', host.logs());
}
