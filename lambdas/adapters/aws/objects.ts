import { createHash } from 'node:crypto';
import type { S3 } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { awsClientSettings } from './aws.ts';
import { loaded } from './loaded.ts';

/** One version of an object, or the last one. */
type At = { Bucket: string; Key: string; VersionId?: string };

const sdk = loaded(() => import('@aws-sdk/client-s3'));
let client: Promise<S3> | undefined;

/** S3's client, which the adapters of a function share. */
export function connectS3(): Promise<S3> {
  client ??= sdk().then(({ S3 }) => new S3(awsClientSettings));
  return client;
}

/** SHA-256 (hex) of an object's text, by which its reader knows it again. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The whole text of an object. */
export async function textOf(connect: () => Promise<Pick<S3, 'getObject'>>, at: At): Promise<string> {
  const { Body } = await (await connect()).getObject(at);
  return (await Body?.transformToString()) ?? '';
}

/** Where everything is that one execution keeps. */
export const folderOf = (execution: string): string => `rotations/${execution.split(':').at(-1)}`;

/** What an object holds, if it has this digest and form; throws what `refuse` makes of why not, where `other` says what else it is. */
export function contentOf<T>(
  text: string,
  expected: { digest: string; schema: z.ZodType<T>; other: string },
  refuse: (why: string) => Error,
): T {
  if (digestOf(text) !== expected.digest) throw refuse(expected.other);
  const parsed = expected.schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw refuse(badFields(parsed.error, 'the list'));
}

/** What says that an object is not there, or not that version of it. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'MethodNotAllowed']);

/** True where S3 says that what was asked for is not there. */
export const isGone = (name: string): boolean => GONE.has(name);
