import type { S3 } from '@aws-sdk/client-s3';
import { type ClientList, clientListSchema } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import { deployedListFromEnvironment } from '../environment.ts';
import { awsError, awsRefusal, isNotAllowed } from './aws.ts';
import { connectS3, contentOf, isGone, textOf } from './objects.ts';

/** Where the last deployment put the list, and the SHA-256 (hex) of its content. */
export type DeployedList = { bucket: string; key: string; digest: string };

/** Every client and witness that the last deployment named. */
export interface Clients {
  /**
   * Throws `ClientListLost` when the list is gone, refused, or not what was deployed; `ClientListUnavailable`
   * when S3 does not answer.
   */
  deployed(): Promise<ClientList>;
}

type Bucket = Pick<S3, 'getObject'>;

/**
 * The client list as an object of S3. It is read anew each time: a run reads it once, and keeps its own copy.
 */
export function s3Clients({ bucket, key, digest }: DeployedList, connect: () => Promise<Bucket>): Clients {
  const name = `s3://${bucket}/${key}`;
  const expected = { digest, schema: clientListSchema, other: 'it is not what was deployed' };
  return {
    deployed() {
      const get = () =>
        textOf(connect, { Bucket: bucket, Key: key }).catch((error) => {
          throw refusalOf(name, error);
        });
      return contentOf(get, expected, (why) => lost(name, why, REPUBLISH));
    },
  };
}

/** Returns the client list that `WINDLASS_CLIENTS` names. */
export const clientsFromEnvironment = (): Clients => s3Clients(deployedListFromEnvironment(), connectS3);

function refusalOf(name: string, error: unknown): WindlassError {
  const { name: code } = awsRefusal(error);
  // A role that may not list a bucket gets "access denied" for a missing object too (S3).
  if (isNotAllowed(error)) return lost(name, `${code}: it is gone, or this function may not read it`);
  if (isGone(code)) return lost(name, `${code}: it is gone`);
  return awsError('ClientListUnavailable', name, error);
}

/**
 * A deployment does not write an object again whose key exists: the key is the digest of the content that it
 * should have.
 */
const REPUBLISH = 'delete that object, or restore its earlier version, then deploy the stack again';

const lost = (name: string, why: string, remedy = 'deploy the stack again') =>
  new WindlassError(
    'ClientListLost',
    `the client list ${name}: ${why}. Nothing is rotated without it, since nobody knows whom a cut would lock out: ${remedy}`,
  );
