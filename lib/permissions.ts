import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Step } from './bundle.ts';
import type { Organization } from './config.ts';

/** What a step is allowed to reach; it gets the permissions and the environment for exactly this. */
type Reach = {
  /** The admin credential, and with it the certificates API. */
  admin?: true;
  /** Client secrets: to read their versions, or to move their stages too. */
  clients?: 'read' | 'promote';
  /** The hosts that clients call. */
  hosts?: true;
  /** The one-time schedule of the next rotation. */
  schedule?: true;
};

/** One line for each step: whoever adds a key here gives a function more power. */
export const reaches: Record<Step, Reach> = {
  plan: { admin: true, clients: 'read' },
  activate: { admin: true },
  verify: { clients: 'read', hosts: true },
  promote: { clients: 'promote' },
  deactivate: { admin: true },
  confirm: { clients: 'read', hosts: true },
  'schedule-next': { schedule: true },
};

const READ = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
const PROMOTE = [...READ, 'secretsmanager:UpdateSecretVersionStage'];

/** The statements that let a step read the secrets it needs, and no others. */
export function secretStatements(stack: Stack, step: Step, organization: Organization): PolicyStatement[] {
  const { admin, clients } = reaches[step];
  const arn = (secret: string) => secretArn(stack, secret);
  const statements: PolicyStatement[] = [];
  if (admin)
    statements.push(new PolicyStatement({ actions: READ, resources: [arn(organization.adminSecret)] }));
  if (clients && organization.clients.length > 0) {
    const resources = organization.clients.map(({ secret }) => arn(secret));
    statements.push(new PolicyStatement({ actions: clients === 'promote' ? PROMOTE : READ, resources }));
  }
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

function decryptThroughSecretsManager(stack: Stack, key: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.${stack.urlSuffix}` } },
  });
}
