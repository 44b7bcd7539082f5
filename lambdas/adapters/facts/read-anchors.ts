import type { Inventory } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import { indexAnchors } from '../../domain/planning/facts.ts';
import type { Request } from '../../domain/request.ts';
import type { Certificates } from '../openai/certificates.ts';
import { isUnreadable, readCertificates } from '../openai/read-certificates.ts';

/**
 * Every anchor's certificate. One that cannot be read, as when it was deleted meanwhile, is a warning: nothing can hang from
 * it, so whatever needs it is blocked by itself (I17). `unanswered` says for which of them the API had no answer, by id: that may pass, and
 * `isNamed` that the key of something compromised is among what nobody knows for it.
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
    // The next time it is not listed.
    if (isGone && !isKeyWanted) return true;
    if (error.name !== 'ApiUnavailable' && !isGone) return false;
    // Without the key of what is compromised nobody knows which others have it (I9, I15).
    isNamed ||= isKeyWanted;
    unanswered.set(anchorId, isGone ? contradicting(anchorId, error) : error);
    return true;
  };
  const ids = indexAnchors(inventory).anchors.keys();
  const read = await readCertificates(certificates, ids, mayPassOver);
  return { ...read, unanswered, isNamed };
}

/** An upload that is listed, and that get-one says is not there: one of the two is late, and the next attempt may find them agreed. */
const contradicting = (anchorId: string, error: WindlassError): WindlassError =>
  new WindlassError(
    'UnreadableAnswer',
    `${anchorId} is listed, and its certificate is not: ${error.message}`,
    { cause: error },
  );
