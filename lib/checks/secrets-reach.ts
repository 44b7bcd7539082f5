import { nameOfSecret } from '../../lambdas/domain/secret-name.ts';
import { inPolicies, namedOneByOne, type Reach } from './secrets-in-policies.ts';

/** What is wrong, and at which field. */
export type Issue = { path: (string | number)[]; message: string };

/** How many managed policies a role may have (IAM). */
const MOST_POLICIES = 10;

/** How many clients the documents and lines of a run are known to carry. */
const MOST_CLIENTS = 5_000;

/**
 * Returns what a policy of this organization would reach and must not, or could not hold, at the field that
 * causes it.
 */
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
