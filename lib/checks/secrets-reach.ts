import { nameOfSecret } from '../../lambdas/domain/secret-name.ts';

/** What says which secrets a policy may name together. */
type Reach = {
  region?: string | undefined;
  adminSecret: string;
  clients: readonly { secret: string }[];
  mustRefuse: readonly { secret: string }[];
  secretsPrefix?: string | undefined;
  secretsTag?: { key: string; value: string } | undefined;
};

type Issue = { path: (string | number)[]; message: string };

/** Characters of ARNs in one policy: IAM takes 6,144 with all that is around them. */
const MOST_IN_A_POLICY = 5_900;

/** Managed policies that a role may have (IAM). */
const MOST_POLICIES = 10;

/** Clients that the documents and lines of a run are known to carry. */
const MOST_CLIENTS = 5_000;

/** The longest that AWS writes in front of a secret's name, and the seven characters behind it. */
const AROUND_A_NAME = 'arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:-??????'.length;

/** True for a secret that a policy reaches by what it has in common with others. An ARN may be another account's: it is always named. */
const isReachedTogether = ({ secretsPrefix, secretsTag }: Omit<Reach, 'adminSecret'>, secret: string) =>
  !secret.startsWith('arn:') &&
  (secretsTag !== undefined || (secretsPrefix !== undefined && secret.startsWith(secretsPrefix)));

/** What a policy of this organization would reach and must not, or could not hold, by the field that says so. */
export function outOfReach(organization: Reach): Issue[] {
  return [...wrongPrefix(organization), ...tooMany(organization)];
}

function wrongPrefix({ adminSecret, clients, mustRefuse, secretsPrefix, secretsTag }: Reach): Issue[] {
  if (secretsPrefix === undefined) return [];
  const path = ['secretsPrefix'];
  if (secretsTag)
    return [
      { path, message: 'stands beside secretsTag: one of them is enough, and the other would only widen it' },
    ];
  const isCovered = (secret: string) => nameOfSecret(secret).startsWith(secretsPrefix);
  const moves = 'and Promote may move the version stages of whatever begins so';
  return [
    ...(isCovered(adminSecret)
      ? [
          {
            path,
            message: `"${secretsPrefix}" is the beginning of the admin secret "${adminSecret}" too, ${moves}`,
          },
        ]
      : []),
    ...mustRefuse.flatMap(({ secret }, at) =>
      isCovered(secret)
        ? [
            {
              path: ['mustRefuse', at, 'secret'],
              message: `"${secret}" begins with secretsPrefix "${secretsPrefix}", ${moves}: nobody moves a witness`,
            },
          ]
        : [],
    ),
    ...(clients.some(({ secret }) => secret.startsWith(secretsPrefix))
      ? []
      : [{ path, message: `"${secretsPrefix}" is not the beginning of any client's secret` }]),
  ];
}

function tooMany(organization: Reach): Issue[] {
  const { clients, mustRefuse } = organization;
  if (clients.length > MOST_CLIENTS)
    return [
      {
        path: ['clients'],
        message: `${clients.length} clients are more than the ${MOST_CLIENTS} that one organization can have: name one client for each workload that holds certificates of its own`,
      },
    ];
  const clientPolicies = inPolicies(namedOneByOne(organization));
  const policies = [...clientPolicies, ...inPolicies(mustRefuse.map(({ secret }) => secret))];
  if (policies.length <= MOST_POLICIES) return [];
  return [
    {
      path: ['clients'],
      message: `${policies.flat().length} secrets that are named one by one take ${policies.length} policies of a role, and IAM takes ${MOST_POLICIES}: give the secrets names with a beginning in common, and that as secretsPrefix, or a tag, and that as secretsTag`,
    },
  ];
}

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

/** Where a prefix of one organization reaches secrets of another that may be in the same region, by the organization's name. */
export function reachesAnother(named: Readonly<Record<string, Reach>>): Issue[] {
  const entries = Object.entries(named);
  return entries.flatMap(([name, { secretsPrefix, region }]) => {
    if (secretsPrefix === undefined) return [];
    return entries.flatMap(([other, organization]) => {
      const isElsewhere = region && organization.region && region !== organization.region;
      if (other === name || isElsewhere) return [];
      const { adminSecret, clients, mustRefuse } = organization;
      const secrets = [adminSecret, ...[...clients, ...mustRefuse].map(({ secret }) => secret)];
      const reached = secrets.find((secret) => nameOfSecret(secret).startsWith(secretsPrefix));
      if (reached === undefined) return [];
      return [
        {
          path: [name, 'secretsPrefix'],
          message: `"${secretsPrefix}" is the beginning of organizations.${other}'s secret "${reached}" too: each organization's functions may reach its own alone`,
        },
      ];
    });
  });
}
