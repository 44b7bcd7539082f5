import type { Stored } from '../../lambdas/domain/document.ts';
import type { ObjectStore } from '../world/object-store.ts';

const known = new WeakMap<ObjectStore, Map<string, object>>();

/** A carried plan with everything that its run keeps in S3, for whoever judges it; anything else as it is. */
export function withWholePlan(objects: ObjectStore, carried: unknown): unknown {
  const { whole } = Object(carried) as { whole?: Stored };
  if (!whole) return carried;
  const { bucket: Bucket, key: Key, version: VersionId } = whole;
  const plans = known.get(objects) ?? new Map<string, object>();
  known.set(objects, plans);
  const plan = plans.get(whole.digest) ?? (JSON.parse(objects.get({ Bucket, Key, VersionId })) as object);
  plans.set(whole.digest, plan);
  return { ...Object(carried), ...plan, lease: Object(carried).lease };
}
