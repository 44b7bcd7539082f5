import type { Finding } from './linters.ts';

/** A rule of a linter that is broken on purpose, on which resources, and why that is right here. */
export type Explained = { rule: string; resource: RegExp; why: string };

const [FUNCTIONS, LOGS] = [/^Steps[A-Za-z]+[0-9A-F]{8}$/, /Logs[0-9A-F]{8}$/];
const ROLES = /^Steps\w+RoleDefaultPolicy[0-9A-F]{8}$/;

export const explained: readonly Explained[] = [
  {
    rule: 'W3005',
    resource: /^(Steps|Rotation)/,
    why: 'the CDK writes down that a function and the machine wait for their role and its policy; CloudFormation knows the half of it by itself',
  },
  {
    rule: 'CKV_AWS_27',
    resource: /DeadLetters/,
    why: 'the queue is encrypted by keys that SQS manages (SqsManagedSseEnabled), which this rule does not know; it holds the input of a lost start',
  },
  {
    rule: 'CKV_AWS_18',
    resource: /^Manifests/,
    why: 'the bucket holds ids and fingerprints; every version is pinned and hashed by its readers, and Plan alone may write',
  },
  {
    rule: 'CKV_AWS_158',
    resource: LOGS,
    why: 'logs have no secret in them (I14), and CloudWatch encrypts them with a key of its own; another key would be one more thing to lose them by',
  },
  {
    rule: 'CKV_AWS_116',
    resource: FUNCTIONS,
    why: 'Step Functions invokes the functions and hears of each failure; only who is invoked asynchronously needs a queue for what failed',
  },
  {
    rule: 'CKV_AWS_117',
    resource: FUNCTIONS,
    why: 'the functions call a public API and public hosts; a VPC would put a NAT gateway between, and nothing of theirs is inside one',
  },
  {
    rule: 'CKV_AWS_111',
    resource: ROLES,
    why: 'in subnets Lambda makes the interfaces of a function, which have no names before; the code of the function is denied all of it, which this rule does not see',
  },
  {
    rule: 'RESOURCE_STAR',
    resource: ROLES,
    why: 'the same interfaces: Lambda asks for them under the role of the function, before there is a name',
  },
  {
    rule: 'UNKNOWN_CONDITION_FOR_ACTION',
    resource: ROLES,
    why: "Lambda sets lambda:SourceFunctionArn on the calls of a function's own code, whatever the service; AWS's page on functions in a VPC denies by it",
  },
  {
    rule: 'RESOURCE_MISMATCH',
    resource: /^(StepsPlanRoleDefaultPolicy|RotationDistributedMapPolicy|Operators)[0-9A-F]{8}$/,
    why: 'what may be looked at are the Standard executions of one machine: it has no express ones, and nobody lists those of a Map',
  },
  {
    rule: 'CKV_AWS_173',
    resource: FUNCTIONS,
    why: "a function's environment has names and addresses, no secret (I14), and Lambda encrypts it with a key of its own",
  },
];

/** The findings without an explanation, and the explanations that match no finding any more. */
export function unexplained(findings: readonly Finding[], by: readonly Explained[] = explained) {
  const explains = ({ rule, resource }: Explained, finding: Finding) =>
    rule === finding.rule && resource.test(finding.resource);
  return {
    findings: findings.filter((finding) => !by.some((one) => explains(one, finding))),
    idle: by.filter((one) => !findings.some((finding) => explains(one, finding))),
  };
}
