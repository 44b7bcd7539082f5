import { createHash } from 'node:crypto';
import type { Client, ClientList } from '../lambdas/domain/client.ts';
import { statedIn } from '../lambdas/domain/policy.ts';
import { DEFAULT_HOSTS } from './checks/fields.ts';
import type { Organization } from './config.ts';

/** What a deployment says of an organization's clients. */
export const clientListOf = (configured: Configured): ClientList => ({
  configured: configuredAs(configured),
  evidence: configured.policy.evidence,
  stated: JSON.stringify(statedIn(configured.policy)),
  clients: configured.clients,
  mustRefuse: configured.mustRefuse,
  ...(configured.mtlsHosts && { hosts: configured.mtlsHosts }),
});

/** Who is rotated, what counts as a proof, and which successor somebody has stated. */
export type Configured = Pick<Organization, 'clients' | 'mustRefuse'> &
  Partial<Pick<Organization, 'mtlsHosts'>> & {
    policy: Pick<Organization['policy'], 'evidence'> &
      Partial<Pick<Organization['policy'], 'listingScopes' | 'successions'>>;
  };

/**
 * The clients, the witnesses, the evidence, the successions and the hosts that are configured, in 16 characters. An execution keeps the plan that it made of
 * them; a deployment during its soak may have named a client whom that plan does not know, and whom its cut would lock out, or have taken back that a
 * scope may be cut on the listing alone, or what is to take over.
 */
export function configuredAs(configured: Configured): string {
  const { clients, mustRefuse, policy } = configured;
  const { evidence } = policy;
  const named = (list: Organization['clients']) =>
    list
      .map(({ name, project, secret, ...stated }) => [name, project, secret, ...statedOf(stated)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  // Without a witness it is what it was before there were any: an execution outlives deployments.
  const witnesses = mustRefuse.length > 0 ? [named(mustRefuse)] : [];
  return createHash('sha256')
    .update(
      JSON.stringify([named(clients), evidence, ...witnesses, ...statedIn(policy), ...hostsIn(configured)]),
    )
    .digest('hex')
    .slice(0, 16);
}

/** What else is stated of a client; nothing where nothing is, as before there was any of it. The order of hosts says nothing. */
function statedOf({ authority, hosts }: Partial<Pick<Client, 'authority' | 'hosts'>>): object[] {
  const stated = { ...(authority && { authority }), ...(hosts && { hosts: hosts.toSorted() }) };
  return Object.keys(stated).length > 0 ? [stated] : [];
}

/** The hosts on which clients are proven that state none of their own (I8); nothing where these are the default, as before they counted. */
function hostsIn({ clients, mustRefuse, mtlsHosts = [...DEFAULT_HOSTS] }: Configured): object[] {
  const isAnyAsked = [...clients, ...mustRefuse].some(({ hosts }) => hosts === undefined);
  const hosts = mtlsHosts.toSorted();
  return isAnyAsked && hosts.join() !== DEFAULT_HOSTS.join() ? [{ mtlsHosts: hosts }] : [];
}
