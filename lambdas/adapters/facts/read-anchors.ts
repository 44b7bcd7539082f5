import type { Inventory } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import type { Request } from '../../domain/request.ts';
import type { Certificates } from '../openai/certificates.ts';
import { isUnreadable, readCertificates } from '../openai/read-certificates.ts';

/**
 * Returns every anchor's certificate. A certificate that cannot be read, for example because it was deleted
 * meanwhile, becomes a warning: no leaf can lead to it, so what needs it is blocked anyway (I17).
 * `unanswered` has, by id, those for which the API had no answer, which may pass. `isNamed` says that one of
 * them may have the key of something compromised.
 */
export async function readAnchors(
  certificates: Pick<Certificates, 'content'>,
  inventory: Inventory,
  { named, request }: { named: readonly CompromisedMemory[]; request: Request },
) {
  const asked = request.mode === 'emergency' ? request.anchors : [];
  const keyless = new Set(named.flatMap(({ anchorId, keyDigest }) => (keyDigest ? [] : [anchorId])));
  const unanswered = new Map<string, WindlassError>();
  let isNamed = false;
  const mayPassOver = (anchorId: string, error: WindlassError): boolean => {
    if (isUnreadable(error)) return true;
    const isKeyWanted = keyless.has(anchorId) || asked.includes(anchorId);
    const isGone = error.name === 'UnknownAnchor';
    // The next listing will not have it.
    if (isGone && !isKeyWanted) return true;
    if (error.name !== 'ApiUnavailable' && !isGone) return false;
    // Without the key of a compromised anchor, nobody knows which other anchors have the same key (I9, I15).
    isNamed ||= isKeyWanted;
    unanswered.set(anchorId, isGone ? contradicting(anchorId, error) : error);
    return true;
  };
  const ids = indexAnchors(inventory).anchors.keys();
  const read = await readCertificates(certificates, ids, mayPassOver);
  return { ...read, unanswered, isNamed };
}

/**
 * The error for an upload that is listed although get-one does not know it. One of the two answers is late,
 * and the next attempt may find that they agree.
 */
const contradicting = (anchorId: string, error: WindlassError): WindlassError =>
  new WindlassError(
    'UnreadableAnswer',
    `${anchorId} is listed, and its certificate is not: ${error.message}`,
    { cause: error },
  );
