import { createHash } from 'node:crypto';
import type { Client, ClientList } from '../lambdas/domain/client.ts';
import { statedIn } from '../lambdas/domain/policy.ts';
import { DEFAULT_HOSTS } from './checks/fields.ts';
import type { Organization } from './config.ts';

/** What a deployment says about an organization's clients. */
export const clientListOf = (configured: Configured): ClientList => ({
  configured: configuredAs(configured),
  evidence: configured.policy.evidence,
  stated: JSON.stringify(statedIn(configured.policy)),
  clients: configured.clients,
  mustRefuse: configured.mustRefuse,
  ...(configured.mtlsHosts && { hosts: configured.mtlsHosts }),
});

/**
 * The settings that say which clients are rotated, what counts as a proof, and which successors are stated.
 */
export type Configured = Pick<Organization, 'clients' | 'mustRefuse'> &
  Partial<Pick<Organization, 'mtlsHosts'>> & {
    policy: Pick<Organization['policy'], 'evidence'> &
      Partial<Pick<Organization['policy'], 'listingScopes' | 'successions'>>;
  };

/**
 * A digest of 16 characters over the configured clients, witnesses, evidence, successions and hosts. An
 * execution keeps the plan that it made from them. A deployment during its soak may add a client that the
 * plan does not know, and that its cut would lock out. It may also withdraw a listing scope, or state another
 * successor.
 */
export function configuredAs(configured: Configured): string {
  const { clients, mustRefuse, policy } = configured;
  const { evidence } = policy;
  const named = (list: Organization['clients']) =>
    list
      .map(({ name, project, secret, ...stated }) => [name, project, secret, ...statedOf(stated)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  // Without witnesses, the digest is the same as before witnesses existed: an execution outlives deployments.
  const witnesses = mustRefuse.length > 0 ? [named(mustRefuse)] : [];
  return createHash('sha256')
    .update(
      JSON.stringify([named(clients), evidence, ...witnesses, ...statedIn(policy), ...hostsIn(configured)]),
    )
    .digest('hex')
    .slice(0, 16);
}

/**
 * A client's further settings. Empty when there are none, so that the digest stays as before those settings
 * existed. The order of hosts does not matter.
 */
function statedOf({ authority, hosts }: Partial<Pick<Client, 'authority' | 'hosts'>>): object[] {
  const stated = { ...(authority && { authority }), ...(hosts && { hosts: hosts.toSorted() }) };
  return Object.keys(stated).length > 0 ? [stated] : [];
}

/**
 * The hosts on which clients without hosts of their own are proven (I8). Empty for the default hosts, so that
 * the digest stays as before hosts counted.
 */
function hostsIn({ clients, mustRefuse, mtlsHosts = [...DEFAULT_HOSTS] }: Configured): object[] {
  const isAnyAsked = [...clients, ...mustRefuse].some(({ hosts }) => hosts === undefined);
  const hosts = mtlsHosts.toSorted();
  return isAnyAsked && hosts.join() !== DEFAULT_HOSTS.join() ? [{ mtlsHosts: hosts }] : [];
}
