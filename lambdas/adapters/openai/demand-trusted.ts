import pMap from 'p-map';
import { WindlassError } from '../../domain/errors.ts';
import { lastNamed } from '../../domain/memory/journal.ts';
import { rememberedCompromise } from '../../domain/planning/compromise.ts';
import type { Journal } from '../table/journal.ts';
import { namedMeanwhile } from '../table/named.ts';
import { keyDigestOf } from '../x509/keys.ts';
import type { Certificates } from './certificates.ts';
import { isUnreadable } from './read-certificates.ts';

/** How long the key of what was named is asked for before it counts as one that is not to be had, in seconds. */
const PATIENCE = 1_200;

/** `clock` in Unix seconds. */
type Ports = { certificates: Certificates; journal: Pick<Journal, 'compromised'>; clock: () => number };

/**
 * Tells whether an anchor is remembered as compromised by now, or has the key of one. An emergency that has only begun has
 * written down ids and has read no key yet, so the keys of those are read here (I15). One that cannot be read stops nobody, and Plan
 * says so (I17); where some key is known, an anchor whose own cannot be read may be that one, and throws (I9). `known` are the
 * digests of keys that Plan has read: what an anchor is never changes.
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

/** The digest of an anchor's key; what was deleted has none that could be trusted again. */
async function digestOf(anchorId: string, certificates: Certificates): Promise<string | null> {
  try {
    return keyDigestOf(await certificates.content(anchorId));
  } catch (error) {
    if (error instanceof WindlassError && error.name === 'UnknownAnchor') return null;
    throw error;
  }
}

/** A digest, or none where the certificate is not to be had: at once where that is its own fault, and where the API has had no answer for so long. */
const orNone = (digest: Promise<string | null>, isOverdue: boolean): Promise<string | null> =>
  digest.catch((error) => {
    if (isUnreadable(error) || (isOverdue && isUnavailable(error))) return null;
    throw error;
  });

/**
 * Throws `AnchorCompromised` for an anchor that is remembered as compromised by now, or has the key of one: an emergency
 * writes that down before it has the lease, so a plan may not know yet (I15).
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
