import type { S3 } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import * as z from 'zod';
import { withOwnStakes } from '../../domain/blocked/at-stake.ts';
import { type Client, type ListedClient, listedClientSchema } from '../../domain/client.ts';
import { shardsOf } from '../../domain/cut/shards.ts';
import { WindlassError } from '../../domain/errors.ts';
import { carriedPlan, MOST_IN_A_LIST, toldIn } from '../../domain/manifest.ts';
import type { CarriedPlan } from '../../domain/plan-document/carried-plan.ts';
import { type Plan, planSchema } from '../../domain/plan-document/plan.ts';
import { type ScopePlan, scopePlanSchema } from '../../domain/plan-document/scope-plan.ts';
import type { Stored } from '../../domain/plan-document/stored.ts';
import { type CarriedWave, type Wave, waveSchema } from '../../domain/plan-document/wave.ts';
import { textVariable } from '../environment.ts';
import { awsError, isNotAllowed } from './aws.ts';
import { connectS3, contentOf, digestOf, folderOf, isGone, textOf } from './objects.ts';

/**
 * What a run works on, as lists in S3. Only Plan writes them, and every reader checks that a list is what
 * Plan wrote.
 */
export interface Manifests {
  /**
   * Stores a plan with its waves and all configured clients for one execution. Returns the part that the
   * execution carries.
   */
  keep(execution: string, plan: Plan, clients: readonly Client[]): Promise<CarriedPlan>;
  /**
   * Returns the plans of a wave's scopes. Throws `ManifestChanged` when the list is gone, or is not the one
   * that Plan wrote.
   */
  scopes(list: Stored): Promise<ScopePlan[]>;
  /** Returns a scope's whole plan, also when its list only says where that plan is. */
  share(plan: ScopePlan): Promise<ScopePlan>;
  /** Returns the clients that were configured when the plan was made. */
  clients(list: Stored): Promise<ListedClient[]>;
  /**
   * Returns the plan with everything that the execution does not carry. An older machine's execution carries
   * it all.
   */
  whole(plan: CarriedPlan): Promise<Plan>;
}

type Bucket = Pick<S3, 'putObject' | 'getObject'>;

/**
 * Returns manifests in S3. Throws `ManifestUnavailable` when S3 does not answer, or `AwsRefused` when the
 * role may not write.
 */
export function s3Manifests(
  bucket: string,
  connect: () => Promise<Bucket>,
  {
    mostInAList = MOST_IN_A_LIST,
    mostTogether,
  }: { mostInAList?: number; mostTogether?: number | undefined } = {},
): Manifests {
  const store = async (key: string, value: unknown): Promise<Stored> => {
    const Body = JSON.stringify(value);
    const at = { bucket, key };
    const put = connect().then((s3) =>
      s3.putObject({ Bucket: at.bucket, Key: key, Body, ContentType: 'application/json' }),
    );
    const { VersionId } = await answered(put, at);
    // Without a version, anybody who may write could replace the list between two reads.
    if (!VersionId) throw new WindlassError('ManifestUnavailable', `${nameOf(at)}: S3 gave it no version`);
    return { ...at, version: VersionId, digest: digestOf(Body) };
  };
  const read = async <T>(stored: Stored, schema: z.ZodType<T>): Promise<T> => {
    const { bucket: Bucket, key: Key, version: VersionId, digest } = stored;
    if (Bucket !== bucket) throw changed(stored, `it is not in ${bucket}, where Plan writes`);
    const get = () => answered(textOf(connect, { Bucket, Key, VersionId }).catch(refusedAs(stored)), stored);
    const expected = { digest, schema, other: 'it is not what Plan wrote' };
    return contentOf(get, expected, (why) => changed(stored, why));
  };
  return {
    async keep(execution, plan, clients) {
      const { promotions: _, ...idle } = plan;
      if (plan.waves.length === 0) return { ...idle, ...toldIn(plan) };
      const within = folderOf(execution);
      // Only readers of the whole plan use `awaits`, so the lists leave it out.
      const listed = async ({ awaits: __, ...scope }: ScopePlan, name: string): Promise<ScopePlan> => {
        const shards = shardsOf(scope, mostTogether);
        if (shards.length === 0 && JSON.stringify(scope).length <= mostInAList) return scope;
        const share = await store(`${within}/${name}/${scope.scope}.json`, scope);
        const { successions, ownListing, uploads, hangingHere, time } = scope;
        const own = ownListing && { ownListing, uploads, ...(hangingHere && { hangingHere }) };
        const said = { scope: scope.scope, successions, checks: [], ...own, ...(time && { time }) };
        return { ...said, share, ...(shards.length > 0 && { shards }) };
      };
      const carried = async ({ name, scopes }: Wave, at: number): Promise<CarriedWave> => {
        const wave = `${at + 1}-${name}`;
        const list = await pMap(scopes, (scope) => listed(scope, wave), { concurrency: 10 });
        return { name, count: scopes.length, list: await store(`${within}/${wave}.json`, list) };
      };
      const [whole, kept, waves] = await Promise.all([
        store(`${within}/plan.json`, plan),
        store(`${within}/clients.json`, withOwnStakes(clients, plan)),
        Promise.all(plan.waves.map(carried)),
      ]);
      return carriedPlan(plan, { whole, clients: kept, waves });
    },
    share: async (plan) => (plan.share ? read(plan.share, scopePlanSchema) : plan),
    clients: (list) => read(list, z.array(listedClientSchema)),
    scopes: (list) => read(list, waveSchema.shape.scopes),
    whole: async ({ whole, ...plan }) =>
      whole ? read(whole, planSchema) : planSchema.parse({ promotions: [], ...plan }),
  };
}

/** Returns the manifests in the bucket that `WINDLASS_MANIFESTS` names. */
export const manifestsFromEnvironment = (): Manifests =>
  s3Manifests(textVariable('WINDLASS_MANIFESTS'), connectS3);

const nameOf = ({ bucket, key }: Pick<Stored, 'bucket' | 'key'>) => `s3://${bucket}/${key}`;

const changed = (stored: Stored, why: string) =>
  new WindlassError(
    'ManifestChanged',
    `${nameOf(stored)}: ${why}: nothing more is done by it. See who changed it, and start a new run`,
  );

/**
 * A role that may not list a bucket gets "access denied" for a missing object too (S3). The readers may read
 * every object that exists.
 */
const refusedAs = (stored: Stored) => (error: unknown) => {
  if (isNotAllowed(error))
    throw changed(stored, 'S3 refuses it: it is gone, or this function may not read it any more');
  throw error;
};

async function answered<T>(call: Promise<T>, at: Pick<Stored, 'bucket' | 'key'>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WindlassError) throw error;
    const { name } = Object(error) as { name?: string };
    if (name && isGone(name))
      throw new WindlassError(
        'ManifestChanged',
        `${nameOf(at)}: ${name}: what this run works on is gone. See who removed it, and start a new run`,
      );
    throw awsError('ManifestUnavailable', nameOf(at), error);
  }
}
