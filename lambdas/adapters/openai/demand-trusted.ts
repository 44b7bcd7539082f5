import pMap from 'p-map';
import { WindlassError } from '../../domain/errors.ts';
import { lastNamed } from '../../domain/memory/journal.ts';
import { rememberedCompromise } from '../../domain/planning/compromise.ts';
import type { Journal } from '../table/journal.ts';
import { namedMeanwhile } from '../table/named/named-since.ts';
import { keyDigestOf } from '../x509/keys.ts';
import type { Certificates } from './certificates.ts';
import { isUnreadable } from './read-certificates.ts';

/** How long the key of a named anchor is asked for before it counts as unavailable, in seconds. */
const PATIENCE = 1_200;

/** `clock` in Unix seconds. */
type Ports = { certificates: Certificates; journal: Pick<Journal, 'compromised'>; clock: () => number };

/**
 * Returns a function that says whether an anchor is remembered as compromised by now, or has the key of a
 * compromised anchor. An emergency that has just begun has stored ids and read no key yet, so their keys are
 * read here (I15). A named anchor that cannot be read stops nothing; Plan reports it (I17). But if some
 * compromised key is known, an anchor that cannot be read itself may have it, and the function throws (I9).
 * `known` are key digests that Plan has read: they never change.
 */
export async function compromisedByNow(
  { certificates, journal, clock }: Ports,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<(anchorId: string) => Promise<boolean>> {
  const named = await journal.compromised();
  const { ids, keys } = rememberedCompromise(named);
  const keyless = named.filter(({ keyDigest }) => !keyDigest);
  let all: Promise<ReadonlySet<string>> | undefined;
  const digests = async () => {
    const read = await pMap(
      keyless,
      (one) => orNone(digestOf(one.anchorId, certificates), clock() - lastNamed(one) > PATIENCE),
      { concurrency: 5 },
    );
    return new Set([...keys, ...read.flatMap((digest) => digest ?? [])]);
  };
  return async (anchorId) => {
    if (named.length === 0 || ids.has(anchorId)) return ids.has(anchorId);
    all ??= digests();
    const compromised = await all;
    if (compromised.size === 0) return false;
    return compromised.has(known.get(anchorId) ?? (await digestOf(anchorId, certificates)) ?? '');
  };
}

/**
 * Returns the digest of an anchor's key, or null for a deleted anchor, which cannot be trusted again anyway.
 */
async function digestOf(anchorId: string, certificates: Certificates): Promise<string | null> {
  try {
    return keyDigestOf(await certificates.content(anchorId));
  } catch (error) {
    if (error instanceof WindlassError && error.name === 'UnknownAnchor') return null;
    throw error;
  }
}

/**
 * Returns a digest, or null when the certificate is unavailable: at once if the anchor's own answer is at
 * fault, or after `PATIENCE` if the API does not answer.
 */
const orNone = (digest: Promise<string | null>, isOverdue: boolean): Promise<string | null> =>
  digest.catch((error) => {
    if (isUnreadable(error) || (isOverdue && isUnavailable(error))) return null;
    throw error;
  });

/**
 * Throws `AnchorCompromised` for an anchor that is remembered as compromised by now, or has such a key. The
 * plan may not know it yet: an emergency stores its names before it has the lease (I15).
 */
export async function demandTrusted(
  ports: Ports,
  scope: string,
  anchorIds: readonly string[],
  known?: ReadonlyMap<string, string>,
): Promise<void> {
  const isCompromised = await compromisedByNow(ports, known);
  for (const anchorId of anchorIds)
    if (await isCompromised(anchorId)) throw namedMeanwhile(anchorId, `it was not activated in ${scope}`);
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof WindlassError && error.name === 'ApiUnavailable';
