import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AskedTable } from '../account/stack-table.ts';

/** The option that names an organization's table, instead of its stack. */
export const tableOption = (): Option =>
  new Option(
    '--table <name>',
    "the organization's DynamoDB table (the stack's output TableName); found by its stack unless said",
  )
    .env('WINDLASS_TABLE')
    .argParser(parseTable);

/** The lines of a command's help about the environment variables by which the table is reached. */
export const TABLE_ENVIRONMENT = `Environment:
  WINDLASS_TABLE             the table, where neither a stack nor --table is named
  AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …  the usual AWS settings
  AWS_ENDPOINT_URL_DYNAMODB  another DynamoDB endpoint`;

/** The table that a command was told. What was typed counts before the environment. */
export function askedTable(
  stack: string | undefined,
  table: string | undefined,
  command: Command,
): AskedTable {
  const isTyped = command.getOptionValueSource('table') === 'cli';
  return stack === undefined || isTyped ? { table, stack } : { stack };
}

/** Reads a table's name. DynamoDB's own error for a malformed name shows only a pattern. */
export function parseTable(text: string): string {
  if (/^[\w.-]{3,255}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "It is not a table's name such as Windlass-acme-JournalD53F2F9B-1ABC, the stack's output TableName.",
  );
}
