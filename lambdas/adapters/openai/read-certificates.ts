import pMap from 'p-map';
import { WindlassError } from '../../domain/errors.ts';
import type { Certificates } from './certificates.ts';

/**
 * Returns the certificates of these anchors as PEM, because the key decides, whatever the name (I15): at most
 * 50 (F1), five at a time. A certificate whose error may be passed over is reported in words, and the others
 * are read all the same (I17). Throws any other error.
 */
export async function readCertificates(
  certificates: Pick<Certificates, 'content'>,
  anchorIds: Iterable<string>,
  mayPassOver: (anchorId: string, error: WindlassError) => boolean,
): Promise<{ anchors: { anchorId: string; pem: string }[]; unreadable: string[] }> {
  const unreadable: string[] = [];
  const read = await pMap(
    anchorIds,
    async (anchorId) => {
      try {
        return [{ anchorId, pem: await askedTwice(certificates, anchorId) }];
      } catch (error) {
        if (!(error instanceof WindlassError) || !mayPassOver(anchorId, error)) throw error;
        unreadable.push(`the certificate of ${anchorId} cannot be read: ${error.name}: ${error.message}`);
        return [];
      }
    },
    { concurrency: 5 },
  );
  return { anchors: read.flat(), unreadable };
}

/**
 * An answer that was cut short on its way is complete the next time. If it stays unreadable, the anchor
 * itself is at fault.
 */
async function askedTwice(certificates: Pick<Certificates, 'content'>, anchorId: string): Promise<string> {
  try {
    return await certificates.content(anchorId);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.name !== 'UnreadableAnswer') throw error;
    return certificates.content(anchorId);
  }
}

/**
 * Whether an error concerns one anchor's answer and not the others': its certificate is unavailable (I17).
 */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof WindlassError && (error.name === 'UnreadableAnswer' || error.name === 'ApiRefused');

/**
 * Returns the certificates of these anchors that are available, and by id why the others are not.
 * `unanswered` is the error of one for which the API had no answer, which may pass. A caller that cannot do
 * without it throws that error; others go on (I9, I17).
 */
export async function readableAmong(
  certificates: Pick<Certificates, 'content'>,
  anchorIds: Iterable<string>,
) {
  const unread = new Map<string, WindlassError>();
  const { anchors } = await readCertificates(certificates, anchorIds, (anchorId, error) => {
    unread.set(anchorId, error);
    return error.name === 'ApiUnavailable' || error.name === 'UnknownAnchor' || isUnreadable(error);
  });
  const unanswered = [...unread.values()].find(({ name }) => name === 'ApiUnavailable') ?? null;
  return { anchors, unread, unanswered };
}
