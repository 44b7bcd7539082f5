import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Organization } from './config.ts';
import { needsOf, type Step } from './steps.ts';

/** What reading a secret takes, and what moving its version stages takes. */
export const secretActions = {
  read: ['secretsmanager:GetSecretValue'],
  move: [
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
    'secretsmanager:UpdateSecretVersionStage',
  ],
} as const;

/** A policy holds 6,144 characters; what is more goes into another, but only a whole statement at a time. */
const SECRETS_A_STATEMENT = 16;

/** The statements that let a step read the secrets it needs, and no others. */
export function secretStatements(stack: Stack, step: Step, organization: Organization): PolicyStatement[] {
  const { admin, clients, witnesses } = needsOf(step);
  const arn = (secret: string) => secretArn(stack, secret);
  const statements: PolicyStatement[] = [];
  if (admin)
    statements.push(
      new PolicyStatement({ actions: [...secretActions.read], resources: [arn(organization.adminSecret)] }),
    );
  const allow = (to: 'read' | 'move', named: Organization['clients']) => {
    const secrets = named.map(({ secret }) => arn(secret));
    for (let from = 0; from < secrets.length; from += SECRETS_A_STATEMENT) {
      const resources = secrets.slice(from, from + SECRETS_A_STATEMENT);
      statements.push(new PolicyStatement({ actions: [...secretActions[to]], resources }));
    }
  };
  if (clients) allow(clients, organization.clients);
  // Nobody moves a witness.
  if (witnesses) allow('read', organization.mustRefuse);
  if (statements.length > 0 && organization.secretsKey)
    statements.push(decryptThroughSecretsManager(stack, organization.secretsKey));
  return statements;
}

/** The ARN of a secret given by name or ARN; Secrets Manager ends a name with six characters of its own. */
function secretArn(stack: Stack, secret: string): string {
  if (secret.startsWith('arn:')) return secret;
  return stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secret}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Lets a step ask whether an execution of this machine still runs: a dead holder's lease may be taken over. */
export const executionStatement = (stack: Stack, machineName: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['states:DescribeExecution'],
    resources: [
      stack.formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${machineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });

function decryptThroughSecretsManager(stack: Stack, key: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.${stack.urlSuffix}` } },
  });
}
