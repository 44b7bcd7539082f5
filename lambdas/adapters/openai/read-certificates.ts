import pMap from 'p-map';
import { WindlassError } from '../../domain/errors.ts';
import type { Certificates } from './certificates.ts';

/**
 * The certificates of these anchors as PEM, since a key decides whatever the name (I15): at most 50 (F1), five at a time. One
 * whose failure may be passed over is told in words instead, and the others are read all the same (I17). Throws any other.
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

/** An answer that was cut short on its way is whole the next time; what stays unreadable is the anchor's own affair. */
async function askedTwice(certificates: Pick<Certificates, 'content'>, anchorId: string): Promise<string> {
  try {
    return await certificates.content(anchorId);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.name !== 'UnreadableAnswer') throw error;
    return certificates.content(anchorId);
  }
}

/** True for what is wrong with one anchor's answer, and says nothing of the others': its certificate is not to be had (I17). */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof WindlassError && (error.name === 'UnreadableAnswer' || error.name === 'ApiRefused');

/**
 * The certificates of these anchors as far as they are to be had, why the others are not, by id, and the failure of one that the API had no
 * answer for, which may pass: whoever cannot do without it throws that, and whoever can goes on (I9, I17).
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
