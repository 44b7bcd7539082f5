import { isValidAt, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import type { LeafFacts } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import type { Certificates } from './certificates.ts';
import { readableAmong } from './read-certificates.ts';

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
 * changed the secret since. `now` in Unix seconds.
 */
export async function demandOwnWayIn(certificates: Certificates, scope: Scope, change: Cut): Promise<void> {
  const lost = await ownWaysLost(certificates, scope, change);
  if (lost.length === 0) return;
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself would be locked out: the client certificate that it presents hangs from ${lost.join(', ')}, and from no anchor that stays active in the organization. Nothing was deactivated there; put a certificate of the successor into the admin secret and start a new run`,
  );
}

/** What a scope has listed, and what is to be deactivated there; `now` in Unix seconds. */
type Cut = { listed: readonly ListedAnchor[]; cut: readonly string[]; now: number };

/** Those anchors of a cut in the organization that the admin credential gets in by while nothing that stays lets it in (F10); none where it presents nothing. */
export async function ownWaysLost(
  certificates: Certificates,
  scope: Scope,
  { listed, cut, now }: Cut,
): Promise<string[]> {
  if (scope !== ORGANIZATION) return [];
  const own = await certificates.ownCertificate();
  if (!own) return [];
  const usable = listed.filter((anchor) => anchor.active && isValidAt(anchor, now));
  const ids = usable.map(({ anchorId }) => anchorId);
  const { anchors, unanswered } = await readableAmong(certificates, ids);
  const { chainsTo, validUntil } = inspectLeaf(own, anchors, now);
  if (chainsTo.some((id) => !cut.includes(id) && validUntil[id] !== undefined)) return [];
  const unread = ids.filter((id) => !anchors.some(({ anchorId }) => anchorId === id));
  // A leaf that leads to nothing may lead to what nobody could read (I9).
  const lost = (chainsTo.length > 0 ? chainsTo : unread).filter((id) => cut.includes(id));
  if (lost.length > 0 && unanswered) throw unanswered;
  return lost;
}
