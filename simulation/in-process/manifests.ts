import type { S3 } from '@aws-sdk/client-s3';
import { type Manifests, s3Manifests } from '../../lambdas/adapters/aws/manifests.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

type Input = { Bucket: string; Key: string; VersionId?: string; Body: string };

/** The real adapter of manifests, on a store in memory in the place of S3. */
export function inProcessManifests(store: ObjectStore, wire: Wire): Manifests {
  const client = {
    putObject: ({ Body, ...at }: Input) =>
      carried(wire, { op: 'manifest', action: 's3:PutObject', about: at.Key, changes: true }, () =>
        store.put(at, Body),
      ),
    getObject: (at: Input) =>
      carried(wire, { op: 'manifest', action: 's3:GetObjectVersion', about: at.Key, changes: false }, () => {
        const text = store.get(at);
        return { Body: { transformToString: async () => text } };
      }),
  };
  // Far less than would be too much, so that what has an object of its own is met as well.
  return s3Manifests('windlass', async () => client as unknown as S3, 1_000);
}
