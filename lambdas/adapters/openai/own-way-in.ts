import { isValidAt, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import type { LeafFacts } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import type { Certificates } from './certificates.ts';
import { isUnreadable, readCertificates } from './read-certificates.ts';

/** What the admin credential itself presents, looked at as a client's leaf; null where it presents nothing. `now` in Unix seconds. */
export async function ownLeaf(
  certificates: Pick<Certificates, 'ownCertificate'>,
  anchors: Parameters<typeof inspectLeaf>[1],
  now: number,
): Promise<LeafFacts | null> {
  const own = await certificates.ownCertificate();
  return own && inspectLeaf(own, anchors, now);
}

/**
 * Throws `ClientOnRetiring` where a cut in the organization would shut these very calls out: what the admin credential presents by now
 * hangs from an anchor that is cut, and from none that stays (F10, I1). A plan has looked at it, and somebody may have
 * changed the secret since. An anchor whose certificate cannot be read matters only where it is cut, and the leaf leads to none that
 * can (I9, I17). `now` in Unix seconds.
 */
export async function demandOwnWayIn(
  certificates: Certificates,
  scope: Scope,
  { listed, cut, now }: { listed: readonly ListedAnchor[]; cut: readonly string[]; now: number },
): Promise<void> {
  if (scope !== ORGANIZATION) return;
  const own = await certificates.ownCertificate();
  if (!own) return;
  const usable = listed.filter((anchor) => anchor.active && isValidAt(anchor, now));
  const ids = usable.map(({ anchorId }) => anchorId);
  const { anchors } = await readCertificates(certificates, ids, (_, error) => isUnreadable(error));
  const { chainsTo, validUntil } = inspectLeaf(own, anchors, now);
  const isRead = (id: string): boolean => anchors.some(({ anchorId }) => anchorId === id);
  const leads = chainsTo.filter((id) => cut.includes(id));
  const lost = chainsTo.length > 0 ? leads : cut.filter((id) => ids.includes(id) && !isRead(id));
  if (lost.length === 0) return;
  if (chainsTo.some((id) => !cut.includes(id) && validUntil[id] !== undefined)) return;
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself would be locked out: the client certificate that it presents ${leads.length > 0 ? 'hangs' : 'may hang'} from ${lost.join(', ')}, and from no anchor that stays active in the organization. Nothing was deactivated there; put a certificate of the successor into the admin secret and start a new run`,
  );
}
