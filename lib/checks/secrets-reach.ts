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
export const isReachedTogether = (
  { secretsPrefix, secretsTag }: Pick<Reach, 'secretsPrefix' | 'secretsTag'>,
  secret: string,
) =>
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

/** The admin secrets of the other organizations that may be in the region of this one: a tag must not open them. */
export function adminSecretsBeside(name: string, named: Readonly<Record<string, Reach>>): string[] {
  const own = named[name];
  return Object.entries(named).flatMap(([other, theirs]) =>
    other === name || (own && isElsewhere(own, theirs)) ? [] : [theirs.adminSecret],
  );
}

const isElsewhere = ({ region }: Reach, theirs: Reach): boolean =>
  region !== undefined && theirs.region !== undefined && theirs.region !== region;

/** Where policies of one organization reach secrets of another that may be in the same region, by the organization's name. */
export const reachesAnother = (named: Readonly<Record<string, Reach>>): Issue[] =>
  Object.entries(named).flatMap(([name, organization], at, entries) =>
    entries.flatMap(([other, theirs], otherAt) => {
      if (other === name || isElsewhere(organization, theirs)) return [];
      // Of two that share a tag the later one is told.
      const tag = otherAt < at ? sharedTag(name, organization, other, theirs) : [];
      return [...prefixOver(name, organization, other, theirs), ...tag];
    }),
  );

function prefixOver(
  name: string,
  { secretsPrefix }: Reach,
  other: string,
  { adminSecret, clients, mustRefuse }: Reach,
): Issue[] {
  if (secretsPrefix === undefined) return [];
  const secrets = [adminSecret, ...[...clients, ...mustRefuse].map(({ secret }) => secret)];
  const reached = secrets.find((secret) => nameOfSecret(secret).startsWith(secretsPrefix));
  if (reached === undefined) return [];
  const message = `"${secretsPrefix}" is the beginning of organizations.${other}'s secret "${reached}" too: ${ITS_OWN}`;
  return [{ path: [name, 'secretsPrefix'], message }];
}

/** IAM compares the key of a tag without regard to case, and its value with it. */
function sharedTag(name: string, { secretsTag: tag }: Reach, other: string, { secretsTag }: Reach): Issue[] {
  if (!tag || tag.value !== secretsTag?.value || tag.key.toLowerCase() !== secretsTag.key.toLowerCase())
    return [];
  const message = `the tag "${tag.key}" with the value "${tag.value}" is organizations.${other}'s too: ${ITS_OWN}`;
  return [{ path: [name, 'secretsTag'], message }];
}

const ITS_OWN = "each organization's functions may reach its own alone";
