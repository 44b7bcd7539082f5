import pMap from 'p-map';
import type { Clock } from '../../clock.ts';
import type { Client, ClientFacts } from '../../domain/client.ts';
import { reaches } from '../../domain/planning/readiness.ts';
import type { Succession } from '../../domain/planning/succession.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import { type ClientCredential, readPrevious, type Secrets } from './secrets.ts';

/** The leaves of every client that reaches a scope of these successions, looked at offline against their anchors (F13). */
export function readClients(
  { secrets, clock }: { secrets: Secrets; clock: Clock },
  clients: readonly Client[],
  pairs: readonly Succession[],
  anchors: readonly { anchorId: string; pem: string }[],
  concurrency: number,
): Promise<ClientFacts[]> {
  const concerned = clients.filter((client) =>
    pairs.some(({ scopes }) => scopes.some((scope) => reaches(client, scope))),
  );
  return pMap(
    concerned,
    async (client) => {
      const leafOf = async (reading: Promise<ClientCredential | null>) => {
        const credential = await reading;
        return credential && inspectLeaf(credential, anchors, clock());
      };
      const [running, staged, previous] = await Promise.all([
        leafOf(secrets.read(client.secret, 'AWSCURRENT')),
        leafOf(secrets.read(client.secret, 'AWSPENDING')),
        leafOf(readPrevious(secrets, client.secret)),
      ]);
      return { ...client, running, staged, previous };
    },
    { concurrency },
  );
}
