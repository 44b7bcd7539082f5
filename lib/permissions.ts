import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { detailTypes, EVENT_SOURCE, type RunEventKind } from '../lambdas/domain/memory/run-event.ts';
import { placeOf } from './checks/place.ts';
import { inPolicies, namedOneByOne } from './checks/secrets-in-policies.ts';
import type { Organization } from './config.ts';
import { needsOf, type Step } from './steps.ts';

/**
 * The actions to read a secret, to tell as well which version cannot be read, and to move its version stages.
 */
export const secretActions = {
  read: ['secretsmanager:GetSecretValue'],
  look: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  move: [
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
    'secretsmanager:UpdateSecretVersionStage',
  ],
} as const;

type To = keyof typeof secretActions;

type Whose = {
  organization: Organization;
  /** The admin secrets of other organizations that may be in the same region. */
  neighbours: readonly string[];
};

/**
 * Characters of ARNs that stay in the role's own policy, which holds 10,240. A longer list gets a policy of
 * its own.
 */
const FEW = 2_000;

/**
 * The statements that let a step read the secrets it needs, and no others. `own` go into its role's policy,
 * `beside` are long and get policies of their own.
 */
export function secretStatements(stack: Stack, step: Step, { organization, neighbours }: Whose) {
  const { admin, clients, witnesses } = needsOf(step);
  const { adminSecret, mustRefuse, secretsKey, secretsTag } = organization;
  const statements = [
    ...(admin ? named(stack, 'read', [adminSecret]) : []),
    ...(clients ? clientStatements(stack, clients, organization) : []),
    // Witnesses are never moved.
    ...(witnesses ? named(stack, 'read', secretsOf(mustRefuse)) : []),
    ...(clients && secretsTag ? exceptions(stack, step, { organization, neighbours }) : []),
  ];
  if (statements.length > 0 && secretsKey) statements.push(decryptThroughSecretsManager(stack, secretsKey));
  const isLarge = ({ resources }: PolicyStatement) => resources.join().length > FEW;
  return { own: statements.filter((one) => !isLarge(one)), beside: statements.filter(isLarge) };
}

const secretsOf = (list: Organization['clients']): string[] => list.map(({ secret }) => secret);

/** Client secrets: those with a common prefix or tag together, the others one by one. */
function clientStatements(stack: Stack, to: To, organization: Organization): PolicyStatement[] {
  const { secretsPrefix, secretsTag } = organization;
  const together = [...secretActions[to]];
  return [
    ...(secretsPrefix
      ? [new PolicyStatement({ actions: together, resources: [anySecret(stack, secretsPrefix)] })]
      : []),
    ...(secretsTag
      ? [
          new PolicyStatement({
            actions: together,
            resources: [anySecret(stack)],
            conditions: { StringEquals: { [`aws:ResourceTag/${secretsTag.key}`]: secretsTag.value } },
          }),
        ]
      : []),
    ...named(stack, to, namedOneByOne(organization)),
  ];
}

/**
 * Secrets that the tag must not open, even when a person puts the tag there: the admin secret to a step
 * without it, other organizations' admin secrets, and the stages of witnesses.
 */
function exceptions(stack: Stack, step: Step, { organization, neighbours }: Whose): PolicyStatement[] {
  const { adminSecret, mustRefuse } = organization;
  const { admin, clients } = needsOf(step);
  return [
    ...named(stack, 'move', [...(admin ? [] : [adminSecret]), ...neighbours], Effect.DENY),
    ...(clients === 'move' ? named(stack, 'move', secretsOf(mustRefuse), Effect.DENY) : []),
  ];
}

/** Secrets named one by one, as many in each statement as one policy holds. */
const named = (stack: Stack, to: To, secrets: readonly string[], effect = Effect.ALLOW): PolicyStatement[] =>
  inPolicies(secrets).map(
    (group) =>
      new PolicyStatement({
        effect,
        actions: [...secretActions[to]],
        resources: group.map((secret) => secretArn(stack, secret)),
      }),
  );

/**
 * The ARN of a secret that is given by name or ARN. Secrets Manager appends six characters of its own to a
 * name.
 */
const secretArn = (stack: Stack, secret: string): string =>
  secret.startsWith('arn:') ? secret : arnOf(stack, `${secret}-??????`);

/** The ARN of every secret whose name begins with `prefix`. */
const anySecret = (stack: Stack, prefix = ''): string => arnOf(stack, `${prefix}*`);

const arnOf = (stack: Stack, resourceName: string): string =>
  stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Acknowledges that a policy names secrets together, by what the organization's clients have in common. */
export function acknowledgeSecrets(on: Construct, { secretsPrefix, secretsTag }: Organization): void {
  const reason = secretsTag
    ? 'Only secrets that have the tag of this organization: its condition stands beside it.'
    : 'Only secrets whose names begin as those of this organization do, checked at synth against all others.';
  if (secretsPrefix ?? secretsTag)
    Validations.of(on).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${placeOf(Stack.of(on), 'secretsmanager')}:secret:${secretsPrefix ?? ''}*]`,
      reason,
    });
}

/**
 * Lets a step ask whether an execution of this machine still runs: the lease of a dead holder may be taken
 * over.
 */
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

/**
 * Lets a step put events of these kinds only on the account's default bus, limited as in AWS's own example.
 */
export const eventStatement = (stack: Stack, kinds: readonly RunEventKind[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['events:PutEvents'],
    resources: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
    conditions: {
      'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
      StringEquals: { 'events:detail-type': kinds.map((kind) => detailTypes[kind]) },
    },
  });

function decryptThroughSecretsManager(stack: Stack, key: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.${stack.urlSuffix}` } },
  });
}
