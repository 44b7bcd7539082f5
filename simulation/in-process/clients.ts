import type { S3 } from '@aws-sdk/client-s3';
import { type Clients, type DeployedList, s3Clients } from '../../lambdas/adapters/aws/client-list.ts';
import { digestOf } from '../../lambdas/adapters/aws/objects.ts';
import type { ClientList } from '../../lambdas/domain/client.ts';
import { AwsFault } from '../world/aws-operations.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

const NOWHERE: DeployedList = { bucket: 'assets', key: 'none.json', digest: '' };

/**
 * Deploys a client list: it lies in S3 under the digest of its content, and the functions know where, and
 * how the clients are configured.
 */
export function deployClients(world: World, list: ClientList): void {
  const text = JSON.stringify(list);
  const digest = digestOf(text);
  world.clientList = { bucket: 'assets', key: `${digest}.json`, digest };
  world.configured = list.configured;
  world.objects.put({ Bucket: world.clientList.bucket, Key: world.clientList.key }, text);
}

/** The real adapter of the client list, on a store in memory in place of S3. */
export function inProcessClients(world: World, wire: Wire): Clients {
  const getObject = (at: { Bucket: string; Key: string }) =>
    carried(wire, { op: 'manifest', action: 's3:GetObject', about: at.Key, changes: false }, () => {
      // S3 answers so for what is gone, to a caller that may not list the bucket.
      if (world.broken.has('client list')) throw new AwsFault('AccessDenied', 'Access Denied', 403);
      const text = world.objects.get(at);
      return { Body: { transformToString: async () => text } };
    });
  // The one call that the adapter makes, without the overloads and the rest of the SDK's client.
  const connect = async () => ({ getObject }) as unknown as S3;
  // Reads where the list is by now: the same ports may outlive a deployment.
  return { deployed: () => s3Clients(world.clientList ?? NOWHERE, connect).deployed() };
}
