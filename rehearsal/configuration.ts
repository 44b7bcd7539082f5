import { type Policy, writtenPolicy } from '../lambdas/domain/policy.ts';
import { parseConfiguration } from '../lib/config.ts';
import { hostsIn } from '../simulation/certificates/regional-hosts.ts';
import type { ClientRole } from '../simulation/organizations/client-roles.ts';
import type { SimulatedServices } from './simulated-services.ts';

/** The name of the secret with the admin key. */
export const ADMIN_SECRET = 'windlass/rehearsal/admin';

/** Clients or witnesses as a configuration names them, each with the hosts that answer its project. */
export const configured = (list: readonly ClientRole[], { regions = {} }: Partial<SimulatedServices> = {}) =>
  list.map(({ name, project, secret }) => ({ name, project, secret, ...hostsIn(regions, project) }));

/** The configuration of the stack that a rehearsal synthesizes. */
export const configurationFor = (
  clients: readonly object[],
  mustRefuse: readonly object[],
  policy: Policy,
  { mtlsHosts }: Partial<SimulatedServices> = {},
) =>
  parseConfiguration({
    organizations: {
      rehearsal: {
        ...{ adminSecret: ADMIN_SECRET, clients, mustRefuse, policy: writtenPolicy(policy) },
        ...(mtlsHosts && { mtlsHosts }),
      },
    },
  });
