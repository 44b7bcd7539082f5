import { isSameSecret, nameOfSecret } from '../../lambdas/domain/secret-name.ts';
import type { Reach } from './secrets-in-policies.ts';
import type { Issue } from './secrets-reach.ts';

/**
 * The admin secrets of the other organizations that may be in this one's region. A tag must not open them.
 */
export function adminSecretsBeside(name: string, named: Readonly<Record<string, Reach>>): string[] {
  const own = named[name];
  return Object.entries(named).flatMap(([other, theirs]) =>
    other === name || (own && isElsewhere(own, theirs)) ? [] : [theirs.adminSecret],
  );
}

const isElsewhere = ({ region }: Reach, theirs: Reach): boolean =>
  region !== undefined && theirs.region !== undefined && theirs.region !== region;

/**
 * Returns places where one organization's policies reach secrets of another one that may be in the same
 * region. The path begins with the organization's name.
 */
export const reachesAnother = (named: Readonly<Record<string, Reach>>): Issue[] =>
  Object.entries(named).flatMap(([name, organization], at, entries) =>
    entries.flatMap(([other, theirs], otherAt) => {
      if (other === name || isElsewhere(organization, theirs)) return [];
      // When two organizations share something, the later one is told.
      const shared =
        otherAt < at
          ? [
              ...sharedTag(name, organization, other, theirs),
              ...sharedClients(name, organization, other, theirs),
            ]
          : [];
      return [...prefixOver(name, organization, other, theirs), ...shared];
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

/** IAM compares the key of a tag without regard to case, and its value with regard to it. */
function sharedTag(name: string, { secretsTag: tag }: Reach, other: string, { secretsTag }: Reach): Issue[] {
  if (!tag || tag.value !== secretsTag?.value || tag.key.toLowerCase() !== secretsTag.key.toLowerCase())
    return [];
  const message = `the tag "${tag.key}" with the value "${tag.value}" is organizations.${other}'s too: ${ITS_OWN}`;
  return [{ path: [name, 'secretsTag'], message }];
}

/**
 * Returns clients whose secret another organization has as well. Each organization would move the client to a
 * leaf that the other has not proven (I1, I8). Witnesses do not count, since they are never moved.
 */
function sharedClients(name: string, { clients }: Reach, other: string, theirs: Reach): Issue[] {
  const byName = Map.groupBy(theirs.clients, ({ secret }) => nameOfSecret(secret));
  return clients.flatMap(({ secret }, at) => {
    const twin = byName.get(nameOfSecret(secret))?.find((one) => isSameSecret(one.secret, secret));
    if (!twin) return [];
    const message = `"${secret}" is the secret of organizations.${other}'s client "${twin.name}" too, and each of them would move it by its own proof alone: give the workload a secret for each organization`;
    return [{ path: [name, 'clients', at, 'secret'], message }];
  });
}

const ITS_OWN = "each organization's functions may reach its own alone";
