import type { Template } from '../../lib/definition.ts';

/** One statement of an IAM policy, with the logical id of the role that has it. */
export type Statement = {
  role: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
};

type Policy = { PolicyDocument: { Statement: Omit<Statement, 'role'>[] }; Roles?: { Ref: string }[] };

/** Returns every statement of every role's own policy. */
export const statementsOf = ({ Resources }: Template): Statement[] =>
  Object.values(Resources)
    .filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type))
    .flatMap(({ Properties }) => {
      // The operators' policy is on no role of the stack.
      const { PolicyDocument, Roles = [] } = Properties as Policy;
      return Roles.flatMap(({ Ref }) =>
        PolicyDocument.Statement.map((statement) => ({ role: Ref, ...statement })),
      );
    });

/** Returns the steps that may do this action, each with the ends of the ARNs that it may use, sorted. */
export function allowedTo(template: Template, action: string): Record<string, string[]> {
  const allowed: Record<string, string[]> = {};
  for (const { role, Effect, Action, Resource } of statementsOf(template)) {
    if (Effect === 'Deny' || ![Action].flat().includes(action)) continue;
    const step = stepOf(template, role);
    allowed[step] = [...(allowed[step] ?? []), ...[Resource].flat().map(endOf)].sort();
  }
  return allowed;
}

/** Returns the step whose function has this role, or the role itself when no function has it. */
export function stepOf({ Resources }: Template, role: string): string {
  const owner = Object.values(Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' &&
      JSON.stringify(Properties?.Role) === JSON.stringify({ 'Fn::GetAtt': [role, 'Arn'] }),
  );
  return owner ? String(owner.Properties?.FunctionName).replace(/^windlass-[^-]+-/, '') : role;
}

/** Returns the part of an ARN after the account. */
function endOf(resource: unknown): string {
  if (typeof resource === 'string') return resource.split(':').slice(5).join(':');
  const parts = (resource as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [
    JSON.stringify(resource),
  ];
  return String(parts.at(-1)).replace(/^:/, '');
}
