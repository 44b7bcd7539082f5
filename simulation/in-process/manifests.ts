import type { S3 } from '@aws-sdk/client-s3';
import { type Manifests, s3Manifests } from '../../lambdas/adapters/aws/manifests.ts';
import { type Surveys, s3Surveys } from '../../lambdas/adapters/aws/surveys.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

type Input = { Bucket: string; Key: string; VersionId?: string; Body: string };

/**
 * The calls of S3's client that our adapters make, on a store in memory. `reads` is the
 * IAM action that reading takes.
 */
function clientOver(store: ObjectStore, wire: Wire, op: 'manifest' | 'survey', reads: string): S3 {
  const client = {
    putObject: ({ Body, ...at }: Input) =>
      carried(wire, { op, action: 's3:PutObject', about: at.Key, changes: true }, () => store.put(at, Body)),
    getObject: (at: Input) =>
      carried(wire, { op, action: reads, about: at.Key, changes: false }, () => {
        const text = store.get(at);
        return { Body: { transformToString: async () => text } };
      }),
  };
  // Two calls, without the overloads and the rest of the SDK's client.
  return client as unknown as S3;
}

/** Far fewer characters than a list could hold, so that plans with an object of their own come up as well. */
const FEW = 1_000;

/**
 * The real adapter of manifests, on a store in memory in place of S3. A scope with more clients than
 * `mostTogether` has shards (by default as when deployed). A plan with more characters than
 * `mostInAList` has an object of its own.
 */
export function inProcessManifests(
  store: ObjectStore,
  wire: Wire,
  { mostTogether, mostInAList = FEW }: { mostTogether?: number; mostInAList?: number } = {},
): Manifests {
  const client = clientOver(store, wire, 'manifest', 's3:GetObjectVersion');
  return s3Manifests('windlass', async () => client, { mostInAList, mostTogether });
}

/** The real adapter of surveys, on the same store. */
export function inProcessSurveys(store: ObjectStore, wire: Wire): Surveys {
  const client = clientOver(store, wire, 'survey', 's3:GetObject');
  return s3Surveys('windlass', async () => client);
}
