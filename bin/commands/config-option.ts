import { Option } from 'commander';

/** The option that names the file in which the organizations are, instead of `cdk.json` of the clone. */
export const configOption = (): Option =>
  new Option('--config <file>', "another file of cdk.json's form").env('WINDLASS_CONFIG');
