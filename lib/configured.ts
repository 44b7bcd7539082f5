import { createHash } from 'node:crypto';
import type { Client, ClientList } from '../lambdas/domain/client.ts';
import type { Organization } from './config.ts';

/** What a deployment says of an organization's clients. */
export const clientListOf = (configured: Configured): ClientList => ({
  configured: configuredAs(configured),
  evidence: configured.policy.evidence,
  clients: configured.clients,
  mustRefuse: configured.mustRefuse,
});

/** Who is rotated, and what counts as a proof. */
export type Configured = Pick<Organization, 'clients' | 'mustRefuse'> & {
  policy: Pick<Organization['policy'], 'evidence'>;
};

/**
 * The clients, the witnesses and the evidence that are configured, in 16 characters. An execution keeps the plan that it made of
 * them; a deployment during its soak may have named a client whom that plan does not know, and whom its cut would lock out.
 */
export function configuredAs({ clients, mustRefuse, policy: { evidence } }: Configured): string {
  const named = (list: Organization['clients']) =>
    list
      .map(({ name, project, secret, ...stated }) => [name, project, secret, ...statedIn(stated)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  // Without a witness it is what it was before there were any: an execution outlives deployments.
  const witnesses = mustRefuse.length > 0 ? [named(mustRefuse)] : [];
  return createHash('sha256')
    .update(JSON.stringify([named(clients), evidence, ...witnesses]))
    .digest('hex')
    .slice(0, 16);
}

/** What else is stated of a client; nothing where nothing is, as before there was any of it. The order of hosts says nothing. */
function statedIn({ authority, hosts }: Partial<Pick<Client, 'authority' | 'hosts'>>): object[] {
  const stated = { ...(authority && { authority }), ...(hosts && { hosts: hosts.toSorted() }) };
  return Object.keys(stated).length > 0 ? [stated] : [];
}
