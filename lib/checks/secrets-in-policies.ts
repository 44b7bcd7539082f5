/** The settings that decide which secrets a policy may name together. */
export type Reach = {
  region?: string | undefined;
  adminSecret: string;
  clients: readonly { name: string; secret: string }[];
  mustRefuse: readonly { secret: string }[];
  secretsPrefix?: string | undefined;
  secretsTag?: { key: string; value: string } | undefined;
};

/**
 * Characters of ARNs in one policy. IAM takes 6,144 including everything around them, and CloudFormation
 * takes a template of one megabyte with all policies.
 */
const MOST_IN_A_POLICY = 5_800;

/**
 * The length of the longest text that AWS writes before a secret's name, with the seven characters after it.
 */
const AROUND_A_NAME = 'arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:-??????'.length;

/**
 * Whether a policy reaches a secret by a prefix or a tag that it shares with others. An ARN may belong to
 * another account, so it is always named alone.
 */
export const isReachedTogether = (
  { secretsPrefix, secretsTag }: Pick<Reach, 'secretsPrefix' | 'secretsTag'>,
  secret: string,
) =>
  !secret.startsWith('arn:') &&
  (secretsTag !== undefined || (secretsPrefix !== undefined && secret.startsWith(secretsPrefix)));

/** The client secrets that a policy has to name one by one. */
export const namedOneByOne = (organization: Omit<Reach, 'adminSecret'>): string[] =>
  organization.clients.flatMap(({ secret }) => (isReachedTogether(organization, secret) ? [] : secret));

/** Groups secrets so that each group fits into one policy. */
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

/** Characters that a secret takes in a deployed policy: its ARN in quotes, and a comma. */
const lengthInPolicy = (secret: string): number =>
  (secret.startsWith('arn:') ? secret.length : secret.length + AROUND_A_NAME) + 3;
