/** What says which secrets a policy may name together. */
export type Reach = {
  region?: string | undefined;
  adminSecret: string;
  clients: readonly { name: string; secret: string }[];
  mustRefuse: readonly { secret: string }[];
  secretsPrefix?: string | undefined;
  secretsTag?: { key: string; value: string } | undefined;
};

/** Characters of ARNs in one policy: IAM takes 6,144 with all that is around them, and a template of CloudFormation a megabyte of all policies. */
const MOST_IN_A_POLICY = 5_800;

/** The longest that AWS writes in front of a secret's name, and the seven characters behind it. */
const AROUND_A_NAME = 'arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:-??????'.length;

/** True for a secret that a policy reaches by what it has in common with others. An ARN may be another account's: it is always named. */
export const isReachedTogether = (
  { secretsPrefix, secretsTag }: Pick<Reach, 'secretsPrefix' | 'secretsTag'>,
  secret: string,
) =>
  !secret.startsWith('arn:') &&
  (secretsTag !== undefined || (secretsPrefix !== undefined && secret.startsWith(secretsPrefix)));

/** The client secrets that a policy has to name, each for itself. */
export const namedOneByOne = (organization: Omit<Reach, 'adminSecret'>): string[] =>
  organization.clients.flatMap(({ secret }) => (isReachedTogether(organization, secret) ? [] : secret));

/** Secrets as policies can hold them. */
export function inPolicies(secrets: readonly string[]): string[][] {
  const policies: string[][] = [];
  let characters = Infinity;
  for (const secret of secrets) {
    characters += lengthInPolicy(secret);
    if (characters > MOST_IN_A_POLICY) {
      policies.push([]);
      characters = lengthInPolicy(secret);
    }
    policies.at(-1)?.push(secret);
  }
  return policies;
}

/** Characters that a secret takes in a policy once it is deployed: its ARN within quotes, and a comma. */
const lengthInPolicy = (secret: string): number =>
  (secret.startsWith('arn:') ? secret.length : secret.length + AROUND_A_NAME) + 3;
