import { AwsFault } from './aws-operations.ts';

/** One version of one object, as S3 names it. */
type ObjectVersion = { Bucket: string; Key: string; VersionId?: string | undefined };

/** The account's buckets: every version of every object, in memory. */
export interface ObjectStore {
  put(at: Omit<ObjectVersion, 'VersionId'>, text: string): { VersionId: string };
  /**
   * Throws {@link AwsFault} where there is no such object or version, in S3's words for a
   * caller that may not list the bucket.
   */
  get(at: ObjectVersion): string;
  /** Changes every version of every object, and removes an object of which a version becomes null. */
  alter(change: (text: string) => string | null): void;
}

export function createObjectStore(): ObjectStore {
  const objects = new Map<string, string[]>();
  const keyOf = ({ Bucket, Key }: Omit<ObjectVersion, 'VersionId'>) => `${Bucket}/${Key}`;
  return {
    put(at, text) {
      const versions = [...(objects.get(keyOf(at)) ?? []), text];
      objects.set(keyOf(at), versions);
      return { VersionId: `v${versions.length}` };
    },
    get(at) {
      const versions = objects.get(keyOf(at));
      if (!versions) throw new AwsFault('AccessDenied', 'Access Denied', 403);
      const text = at.VersionId === undefined ? versions.at(-1) : versions[Number(at.VersionId.slice(1)) - 1];
      if (text !== undefined) return text;
      throw new AwsFault('AccessDenied', 'Access Denied', 403);
    },
    alter(change) {
      for (const [key, versions] of objects) {
        const changed = versions.map(change);
        if (changed.includes(null)) objects.delete(key);
        else objects.set(key, changed as string[]);
      }
    },
  };
}
