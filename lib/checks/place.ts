import { type Stack, Token } from 'aws-cdk-lib';

/**
 * How cdk-nag writes the ARNs of a service in a stack's place, up to the resource. A value that a deployment
 * fills in is written as its name.
 */
export const placeOf = ({ partition, region, account }: Stack, service: string): string =>
  ['arn', shown(partition, 'Partition'), service, shown(region, 'Region'), shown(account, 'AccountId')].join(
    ':',
  );

const shown = (value: string, name: string): string => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
