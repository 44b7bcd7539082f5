import { readFileSync } from 'node:fs';
import type { IPolicyValidationPlugin, PolicyViolation } from 'aws-cdk-lib';
import { type App, Validations } from 'aws-cdk-lib';
import type { Template } from '../definition.ts';

/** IAM's limits without raised quotas: characters without white space, and policies on one role. */
const MOST = { managed: 6_144, inline: 10_240, trust: 2_048, policies: 10 };

/**
 * Checks every stack of `app` against IAM's limits, so that synth fails where a deployment would fail after
 * minutes.
 */
export function addIamLimits(app: App): void {
  const plugin: IPolicyValidationPlugin = {
    name: 'iam-limits',
    validate({ templatePaths }) {
      const violations = templatePaths.flatMap((templatePath) =>
        overLimits(JSON.parse(readFileSync(templatePath, 'utf8'))).map(({ resource, why }) =>
          violation(templatePath, resource, why),
        ),
      );
      return { success: violations.length === 0, violations };
    },
  };
  Validations.of(app).addPlugins(plugin);
}

const violation = (
  templatePath: string,
  resourceLogicalId: string,
  description: string,
): PolicyViolation => ({
  ruleName: 'iam-limits',
  description,
  violatingResources: [{ resourceLogicalId, templatePath, locations: [] }],
});

/** What IAM would refuse in a template, with the logical id of the role or policy. */
export function overLimits({ Resources }: Template): { resource: string; why: string }[] {
  const of = (type: string) =>
    Object.entries(Resources).filter(([, { Type }]) => Type === `AWS::IAM::${type}`);
  const [roles, managed, inline] = [of('Role'), of('ManagedPolicy'), of('Policy')];
  const on = (role: string, policies: typeof managed) =>
    policies.filter(([, { Properties }]) =>
      listed(Properties?.Roles).some((one) => Object(one).Ref === role),
    );
  const limit = (resource: string, what: string, is: number, most: number) =>
    is > most ? [{ resource, why: `${what}: ${is}, and IAM takes ${most}` }] : [];
  return [
    ...managed.flatMap(([id, { Properties }]) =>
      limit(id, 'characters of a managed policy', lengthOf(Properties?.PolicyDocument), MOST.managed),
    ),
    ...roles.flatMap(([id, { Properties = {} }]) => {
      const documents = [
        ...listed(Properties.Policies).map((one) => Object(one).PolicyDocument),
        ...on(id, inline).map(([, policy]) => policy.Properties?.PolicyDocument),
      ];
      const together = documents.reduce((sum: number, document) => sum + lengthOf(document), 0);
      const attached = listed(Properties.ManagedPolicyArns).length + on(id, managed).length;
      return [
        ...limit(id, "characters of a role's inline policies", together, MOST.inline),
        ...limit(
          id,
          'characters of a trust policy',
          lengthOf(Properties.AssumeRolePolicyDocument),
          MOST.trust,
        ),
        ...limit(id, 'managed policies of a role', attached, MOST.policies),
      ];
    }),
  ];
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const lengthOf = (document: unknown): number =>
  JSON.stringify(deployed(document) ?? '').replaceAll(/\s/g, '').length;

/** The longest values that CloudFormation may fill in for a pseudo parameter. */
const FILLED: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '123456789012',
};

/** A part of a document with the length that it will have once deployed. */
function deployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deployed);
  if (typeof value !== 'object' || value === null) return value;
  const {
    Ref,
    'Fn::Join': join,
    'Fn::Sub': text,
    'Fn::GetAtt': attribute,
    ...others
  } = value as Record<string, unknown>;
  if (Array.isArray(join)) return listed(join[1]).map(deployed).join(String(join[0]));
  if (typeof text === 'string')
    return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => FILLED[name] ?? 'x'.repeat(80));
  // An ARN or a name that AWS generates.
  if (Ref !== undefined) return FILLED[String(Ref)] ?? 'x'.repeat(80);
  if (attribute !== undefined) return 'x'.repeat(120);
  return Object.fromEntries(Object.entries(others).map(([key, part]) => [key, deployed(part)]));
}
