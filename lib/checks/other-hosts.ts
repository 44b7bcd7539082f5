import { meantAmong } from '../../lambdas/domain/closest.ts';
import type { Issue } from './secrets-reach.ts';

type Answered = { name: string; hosts?: readonly string[] | undefined };

/**
 * Returns hosts of a client or a witness that are not among the organization's hosts, where no probe would
 * look for it.
 */
export function otherHosts({
  mtlsHosts,
  clients,
  mustRefuse,
}: {
  mtlsHosts: readonly string[];
  clients: readonly Answered[];
  mustRefuse: readonly Answered[];
}): Issue[] {
  const all = [
    ...clients.map((one, at) => ({ ...one, list: 'clients', at })),
    ...mustRefuse.map((one, at) => ({ ...one, list: 'mustRefuse', at })),
  ];
  return all.flatMap(({ hosts = [], list, at }) =>
    hosts.flatMap((host, i) =>
      mtlsHosts.includes(host)
        ? []
        : {
            path: [list, at, 'hosts', i],
            message: `"${host}" is not one of this organization's mtlsHosts${meantAmong(host, mtlsHosts)}: add it there, or take it out here`,
          },
    ),
  );
}
