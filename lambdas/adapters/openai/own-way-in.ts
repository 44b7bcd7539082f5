import { isValidAt, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import type { LeafFacts } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import { keyAndNameOf } from '../x509/issuer.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import type { Certificates, OwnCertificate } from './certificates.ts';
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
  const { leaf, isRead, keyAndName } = await ownLeafAmong(certificates, own, ids, now);
  const { chainsTo, validUntil } = leaf;
  const leads = chainsTo.filter((id) => cut.includes(id));
  const lost = chainsTo.length > 0 ? leads : cut.filter((id) => ids.includes(id) && !isRead(id));
  if (lost.length === 0) return;
  const cutAs = new Set(lost.map(keyAndName));
  const stays = chainsTo.filter((id) => !cut.includes(id) && validUntil[id] !== undefined);
  if (stays.some((id) => !cutAs.has(keyAndName(id)))) return;
  const others =
    stays.length > 0
      ? `of those that stay active in the organization only from ${stays.join(', ')}, which has the same key and name and may refuse it`
      : 'from no anchor that stays active in the organization';
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself would be locked out: the client certificate that it presents ${leads.length > 0 ? 'hangs' : 'may hang'} from ${lost.join(', ')}, and ${others}. Nothing was deactivated there; put a certificate of the successor with another key into the admin secret and start a new run`,
  );
}

/**
 * Throws `ClientOnRetiring` where an anchor that is about to be activated in the organization has the key and the name of one by which
 * these very calls get in: hosts may ask it first (F7), and where its filter refuses them nothing can take it back (F10, I10). A plan
 * has looked at it, and somebody may have changed the secret since. `now` in Unix seconds.
 */
export async function demandOwnWayStays(
  certificates: Certificates,
  scope: Scope,
  { listed, activate, now }: { listed: readonly ListedAnchor[]; activate: readonly string[]; now: number },
): Promise<void> {
  if (scope !== ORGANIZATION || activate.length === 0) return;
  const own = await certificates.ownCertificate();
  if (!own) return;
  const usable = listed.filter((anchor) => anchor.active && isValidAt(anchor, now));
  const ids = [...usable.map(({ anchorId }) => anchorId), ...activate];
  const { leaf, isRead, keyAndName } = await ownLeafAmong(certificates, own, ids, now);
  const ways = leaf.chainsTo.filter((id) => !activate.includes(id));
  const known = new Set(ways.map(keyAndName));
  // Any leaf may lead to one that nobody can read (I9).
  const shadows = activate.filter((id) => (isRead(id) ? known.has(keyAndName(id)) : ways.length > 0));
  if (shadows.length === 0) return;
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself might be locked out: the client certificate that it presents hangs from ${ways.join(', ')}, and ${shadows.join(', ')} has, or may have, the same key and name, which a host may ask first. Nothing was activated in the organization; put a certificate of another key into the admin secret and start a new run`,
  );
}

/** What the admin credential presents, looked at beside anchors as far as these can be read (I17). */
async function ownLeafAmong(
  certificates: Certificates,
  own: OwnCertificate,
  ids: readonly string[],
  now: number,
) {
  const { anchors } = await readCertificates(certificates, ids, (_, error) => isUnreadable(error));
  const pems = new Map(anchors.map(({ anchorId, pem }) => [anchorId, pem]));
  return {
    leaf: inspectLeaf(own, anchors, now),
    isRead: (id: string): boolean => pems.has(id),
    keyAndName: (id: string): string => keyAndNameOf(pems.get(id) ?? ''),
  };
}
