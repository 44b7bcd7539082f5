import { awsClientSettings } from '../../lambdas/adapters/aws/aws.ts';
import { type Table, tableNamed } from '../../lambdas/adapters/table/table.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { awsReason } from './aws-reason.ts';
import { type Machine, organizationOf } from './machine.ts';
import { stackOf } from './stack-of.ts';
import { tableOf } from './table-of.ts';

/** What a command was told of a table: its name, or whose stack has it. */
export type AskedTable = { table?: string | undefined; stack?: string | undefined };

/** The table of this name, or the one of the stack; of the only one here where nothing is said. Throws `InvalidInput`. */
export async function tableAsked({ table, stack }: AskedTable): Promise<Table> {
  return table === undefined ? stackTable((await stackOf(stack)).machine) : tableNamed(table);
}

/** The table of a machine's stack, in the machine's region; `table` where somebody has named it. Throws `InvalidInput`. */
export async function stackTable(machine: Machine, table?: string): Promise<Table> {
  const { region } = machine;
  return tableNamed(table ?? (await nameOf(machine)), { ...awsClientSettings, region });
}

async function nameOf(machine: Machine): Promise<string> {
  const organization = organizationOf(machine);
  if (organization === null)
    throw new WindlassError(
      'InvalidInput',
      `${machine.name} is not the name of a stack's machine: name its table with --table`,
    );
  try {
    return await tableOf(organization, machine.region);
  } catch (error) {
    if (error instanceof WindlassError) throw error;
    throw new WindlassError(
      'InvalidInput',
      `cannot look for the table of ${organization}: ${await awsReason(error, 'DynamoDB')}`,
      { cause: error },
    );
  }
}
