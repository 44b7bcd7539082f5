import { createHash } from 'node:crypto';
import type { S3 } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { awsClientSettings } from './aws.ts';
import { loaded } from './loaded.ts';

/** One version of an object, or the latest. */
type At = { Bucket: string; Key: string; VersionId?: string };

const sdk = loaded(() => import('@aws-sdk/client-s3'));
let client: Promise<S3> | undefined;

/** Returns S3's client, which all adapters of a function share. */
export function connectS3(): Promise<S3> {
  client ??= sdk().then(({ S3 }) => new S3(awsClientSettings));
  return client;
}

/** Returns the SHA-256 (hex) of an object's text, by which its reader recognizes it. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Returns the whole text of an object. */
export async function textOf(connect: () => Promise<Pick<S3, 'getObject'>>, at: At): Promise<string> {
  const { Body } = await (await connect()).getObject(at);
  return (await Body?.transformToString()) ?? '';
}

/** Returns the folder of everything that one execution stores. */
export const folderOf = (execution: string): string => `rotations/${execution.split(':').at(-1)}`;

/**
 * Returns the content of an object that never changes, if it has this digest and form. Otherwise throws the
 * error that `refuse` makes of the reason. `other` is the reason for a different digest.
 */
export async function contentOf<T>(
  read: () => Promise<string>,
  expected: { digest: string; schema: z.ZodType<T>; other: string },
  refuse: (why: string) => Error,
): Promise<T> {
  const intact = async (): Promise<string | null> => {
    const text = await read();
    return digestOf(text) === expected.digest ? text : null;
  };
  // Another text may be an answer that was cut short on its way, so it is read once more before a run ends
  // because of it.
  const text = (await intact()) ?? (await intact());
  if (text === null) throw refuse(expected.other);
  const parsed = expected.schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw refuse(badFields(parsed.error, 'the list'));
}

/** The errors with which S3 says that an object, or that version of it, does not exist. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'MethodNotAllowed']);

/** Whether S3 says that the object does not exist. */
export const isGone = (name: string): boolean => GONE.has(name);
