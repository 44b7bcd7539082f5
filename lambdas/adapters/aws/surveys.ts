import type { S3 } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ListedAnchor } from '../../domain/anchor.ts';
import { textVariable } from '../environment.ts';
import { awsError } from './aws.ts';
import { connectS3, folderOf, textOf } from './objects.ts';

/**
 * What one execution has listed already, for its next attempt at a survey: so a survey of any size ends
 * (I18).
 */
export interface Surveys {
  /** Returns listings by project; none when nothing is stored, or S3 does not answer. */
  kept(execution: string): Promise<ReadonlyMap<string, ListedAnchor[]>>;
  /**
   * Throws `ManifestUnavailable` or `AwsRefused` when S3 does not take it: the next attempt would start over.
   */
  keep(execution: string, listed: ReadonlyMap<string, readonly ListedAnchor[]>): Promise<void>;
}

type Bucket = Pick<S3, 'putObject' | 'getObject'>;

/** The fields of `ListedAnchor`. */
const listedSchema = z.record(
  z.string(),
  z.array(
    z.object({
      anchorId: z.string(),
      name: z.string().nullable(),
      createdAt: z.number().optional(),
      validAt: z.number().optional(),
      expiresAt: z.number(),
      flaw: z.string().optional(),
      active: z.boolean(),
    }),
  ),
);

/**
 * Surveys in the bucket of manifests, beside the lists of their run. Every step that acts lists again, so
 * nothing is done by a stored survey.
 */
export function s3Surveys(bucket: string, connect: () => Promise<Bucket>): Surveys {
  const at = (execution: string) => ({ Bucket: bucket, Key: keyOf(execution) });
  return {
    async kept(execution) {
      try {
        return new Map(Object.entries(listedSchema.parse(JSON.parse(await textOf(connect, at(execution))))));
      } catch {
        // Without a stored survey everything is listed anew, which takes longer and decides the same.
        return new Map();
      }
    },
    async keep(execution, listed) {
      const Body = JSON.stringify(Object.fromEntries(listed));
      try {
        await (await connect()).putObject({ ...at(execution), Body, ContentType: 'application/json' });
      } catch (error) {
        throw awsError('ManifestUnavailable', `s3://${bucket}/${keyOf(execution)}`, error);
      }
    },
  };
}

const keyOf = (execution: string): string => `${folderOf(execution)}/survey.json`;

/** Returns the surveys in the bucket that `WINDLASS_MANIFESTS` names. */
export const surveysFromEnvironment = (): Surveys => s3Surveys(textVariable('WINDLASS_MANIFESTS'), connectS3);
