const PSEUDO: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * Fills in what CloudFormation would: pseudo parameters, also within a text, joins, and a name
 * or ARN for each resource referred to. Throws for an unknown intrinsic, since the functions
 * would otherwise run on a guess.
 */
export const resolveIntrinsics = (environment: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, resolved(value)]));

function resolved(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = []] = Object.entries(value ?? {});
  if (intrinsic === 'Ref') return PSEUDO[String(argument)] ?? String(argument);
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) return arnOf(argument[0]);
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) return argument[1].map(resolved).join(argument[0]);
  if (intrinsic === 'Fn::Sub' && typeof argument === 'string') return substituted(argument);
  throw new Error(`the template has ${JSON.stringify(value)}, which a rehearsal cannot fill in`);
}

const substituted = (text: string): string =>
  text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => PSEUDO[name] ?? name);

const arnOf = (logicalId: string): string => `arn:aws:rehearsal:us-east-1:000000000000:${logicalId}`;
