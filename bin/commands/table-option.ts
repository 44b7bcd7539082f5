import { Option } from 'commander';

/** The option that names an organization's table. */
export const tableOption = (): Option =>
  new Option('--table <name>', 'the table of the organization').env('WINDLASS_TABLE').makeOptionMandatory();

/** The lines of a command's help on what it reads from the environment to reach the table. */
export const TABLE_ENVIRONMENT = `Environment:
  WINDLASS_TABLE             the table, instead of --table
  AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …  the usual AWS settings
  AWS_ENDPOINT_URL_DYNAMODB  another DynamoDB endpoint`;
