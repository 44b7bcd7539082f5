import { type Stack, Token } from 'aws-cdk-lib';

/** How cdk-nag writes the ARNs of a service where a stack is, up to the resource: what a deployment fills in has its name. */
export const placeOf = ({ partition, region, account }: Stack, service: string): string =>
  ['arn', shown(partition, 'Partition'), service, shown(region, 'Region'), shown(account, 'AccountId')].join(
    ':',
  );

const shown = (value: string, name: string): string => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
