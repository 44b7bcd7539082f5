import { createHash } from 'node:crypto';
import type { S3 } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import {
  type CarriedPlan,
  type Plan,
  planSchema,
  type ScopePlan,
  type Stored,
  waveSchema,
} from '../../domain/document.ts';
import { WindlassError } from '../../domain/errors.ts';
import { carriedPlan } from '../../domain/manifest.ts';
import { textVariable } from '../environment.ts';
import { awsClientSettings, awsError } from './aws.ts';

/** What a run works on, as lists in S3: Plan alone writes them, and whoever reads one knows that it is what Plan wrote. */
export interface Manifests {
  /** Keeps a plan with its waves for one execution, and returns what the execution carries of it. */
  keep(execution: string, plan: Plan): Promise<CarriedPlan>;
  /** The plans of a wave's scopes. Throws `ManifestChanged` when the list is gone, or not the one that Plan wrote. */
  scopes(list: Stored): Promise<ScopePlan[]>;
  /** The plan with everything that the execution does not carry; an older machine's execution carries it all. */
  whole(plan: CarriedPlan): Promise<Plan>;
}

type Bucket = Pick<S3, 'putObject' | 'getObject'>;

/** Manifests in S3. Throws `ManifestUnavailable` where S3 does not answer. */
export function s3Manifests(bucket: string, connect: () => Promise<Bucket>): Manifests {
  const store = async (key: string, value: unknown): Promise<Stored> => {
    const Body = JSON.stringify(value);
    const at = { bucket, key };
    const put = connect().then((s3) =>
      s3.putObject({ Bucket: at.bucket, Key: key, Body, ContentType: 'application/json' }),
    );
    const { VersionId } = await answered(put, at);
    // Without a version whoever may write could put another list in its place between two looks.
    if (!VersionId) throw new WindlassError('ManifestUnavailable', `${nameOf(at)}: S3 gave it no version`);
    return { ...at, version: VersionId, digest: digestOf(Body) };
  };
  const read = async <T>(stored: Stored, schema: z.ZodType<T>): Promise<T> => {
    const { bucket: Bucket, key: Key, version: VersionId, digest } = stored;
    if (Bucket !== bucket) throw changed(stored, `it is not in ${bucket}, where Plan writes`);
    const got = connect().then(async (s3) => {
      const { Body } = await s3.getObject({ Bucket, Key, VersionId });
      return Body?.transformToString();
    });
    const text = (await answered(got, stored)) ?? '';
    if (digestOf(text) !== digest) throw changed(stored, 'it is not what Plan wrote');
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw changed(stored, badFields(parsed.error, 'the list'));
  };
  return {
    async keep(execution, plan) {
      const { promotions: _, ...idle } = plan;
      if (plan.waves.length === 0) return idle;
      const within = `rotations/${execution.split(':').at(-1)}`;
      const [whole, ...lists] = await Promise.all([
        store(`${within}/plan.json`, plan),
        ...plan.waves.map(({ name, scopes }, at) => store(`${within}/${at + 1}-${name}.json`, scopes)),
      ]);
      const waves = plan.waves.flatMap(({ name, scopes }, at) => {
        const list = lists[at];
        return list ? [{ name, count: scopes.length, list }] : [];
      });
      return carriedPlan(plan, whole, waves);
    },
    scopes: (list) => read(list, waveSchema.shape.scopes),
    whole: async ({ whole, ...plan }) =>
      whole ? read(whole, planSchema) : planSchema.parse({ promotions: [], ...plan }),
  };
}

/** The manifests in the bucket that `WINDLASS_MANIFESTS` names; S3's SDK is loaded at first use. */
export function manifestsFromEnvironment(): Manifests {
  let client: Promise<Bucket> | undefined;
  return s3Manifests(textVariable('WINDLASS_MANIFESTS'), () => {
    client ??= import('@aws-sdk/client-s3').then(({ S3 }) => new S3(awsClientSettings));
    return client;
  });
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const nameOf = ({ bucket, key }: Pick<Stored, 'bucket' | 'key'>) => `s3://${bucket}/${key}`;

const changed = (stored: Stored, why: string) =>
  new WindlassError(
    'ManifestChanged',
    `${nameOf(stored)}: ${why}: nothing more is done by it. See who changed it, and start a new run`,
  );

/** What says that the object is not there, or not that version of it. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'MethodNotAllowed']);

async function answered<T>(call: Promise<T>, at: Pick<Stored, 'bucket' | 'key'>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { name } = Object(error) as { name?: string };
    if (name && GONE.has(name))
      throw new WindlassError(
        'ManifestChanged',
        `${nameOf(at)}: ${name}: what this run works on is gone. See who removed it, and start a new run`,
      );
    throw awsError('ManifestUnavailable', nameOf(at), error);
  }
}
