import type { Stored } from '../../lambdas/domain/plan-document/stored.ts';
import type { ObjectStore } from '../world/object-store.ts';

const known = new WeakMap<ObjectStore, Map<string, object>>();

/**
 * Returns the plan of a run or of a scope for the judges, with everything that is kept in S3 instead of being
 * carried. Any other value stays as it is.
 */
export function withWholePlan(objects: ObjectStore, carried: unknown): unknown {
  const { whole, share, lease } = Object(carried) as { whole?: Stored; share?: Stored; lease?: unknown };
  const stored = whole ?? share;
  if (!stored) return carried;
  const { bucket: Bucket, key: Key, version: VersionId } = stored;
  const plans = known.get(objects) ?? new Map<string, object>();
  known.set(objects, plans);
  const plan = plans.get(stored.digest) ?? (JSON.parse(objects.get({ Bucket, Key, VersionId })) as object);
  plans.set(stored.digest, plan);
  return { ...Object(carried), ...plan, ...(lease !== undefined && { lease }) };
}
