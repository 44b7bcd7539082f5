import { type Table, tableNamed } from '../../lambdas/adapters/table/table.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { awsReason } from './aws-reason.ts';
import { type Machine, organizationOf } from './machine.ts';
import { settingsIn } from './region.ts';
import { stackOf } from './stack-of.ts';
import { tableOf, tablesOf } from './table-of.ts';

/** How a command was told of a table: by its name, or by the stack that it belongs to. */
export type AskedTable = { table?: string | undefined; stack?: string | undefined };

/**
 * Returns the table of this name, or the table of the stack. When neither is given, it returns the table of
 * the only stack here. For a stack that was removed, it returns the table that is left. Throws
 * `InvalidInput`.
 */
export async function tableAsked({ table, stack }: AskedTable): Promise<Table> {
  if (table !== undefined) return tableNamed(table, settingsIn(undefined));
  const found = await stackOf(stack, NO_STACK).catch(async (error) => {
    const isName = stack !== undefined && !stack.startsWith('arn:');
    // The error has a cause when the stacks could not be listed. Then it is unknown whether the stack was
    // removed.
    const isGone = isName && error instanceof WindlassError && !error.cause;
    if (isGone && (await lookedFor(stack, () => tablesOf(stack))).length > 0) return stack;
    throw error;
  });
  if (typeof found !== 'string') return stackTable(found.machine);
  return tableNamed(await lookedFor(found, () => tableOf(found)), settingsIn(undefined));
}

const NO_STACK = 'set AWS_REGION, give an ARN, or name its table with --table';

/**
 * Returns the table of a machine's stack, in the machine's region. `table` is its name when it was given.
 * Throws `InvalidInput`.
 */
export async function stackTable(machine: Machine, table?: string): Promise<Table> {
  const { region } = machine;
  return tableNamed(table ?? (await nameOf(machine)), settingsIn(region));
}

async function nameOf(machine: Machine): Promise<string> {
  const organization = organizationOf(machine);
  if (organization === null)
    throw new WindlassError(
      'InvalidInput',
      `${machine.name} is not the name of a stack's machine, which is windlass- and the organization's, such as windlass-acme: name its table with --table`,
    );
  return lookedFor(organization, () => tableOf(organization, machine.region));
}

async function lookedFor<T>(organization: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof WindlassError) throw error;
    throw new WindlassError(
      'InvalidInput',
      `cannot look for the table of ${organization}: ${await awsReason(error, 'DynamoDB')}`,
      { cause: error },
    );
  }
}
