import { isValidAt, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import type { LeafFacts } from '../../domain/client.ts';
import { WindlassError } from '../../domain/errors.ts';
import { keyAndNameOf } from '../x509/issuer.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import type { Certificates, OwnCertificate } from './certificates.ts';
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
 * changed the secret since. An anchor whose certificate cannot be read matters only where it is cut, and the leaf leads to none that
 * can (I9, I17).
 */
export async function demandOwnWayIn(certificates: Certificates, scope: Scope, change: Cut): Promise<void> {
  const { lost, stays, leads, isSafe, unanswered } = await ownWaysIn(certificates, scope, change);
  if (lost.length === 0 || isSafe) return;
  if (unanswered) throw unanswered;
  const others =
    stays.length > 0
      ? `of those that stay active in the organization only from ${stays.join(', ')}, which has the same key and name and may refuse it`
      : 'from no anchor that stays active in the organization';
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself would be locked out: the client certificate that it presents ${leads ? 'hangs' : 'may hang'} from ${lost.join(', ')}, and ${others}. Nothing was deactivated there; put a certificate of the successor with another key into the admin secret and start a new run`,
  );
}

/** What a scope has listed, and what is to be deactivated there; `now` in Unix seconds. */
type Cut = { listed: readonly ListedAnchor[]; cut: readonly string[]; now: number };

/**
 * Those of our own successors in the organization by which alone the admin credential gets in (F10); none where it presents nothing. What is
 * replaced, be it of the same key and name, let it in before.
 */
export async function ownWaysLost(
  certificates: Certificates,
  scope: Scope,
  change: Cut,
): Promise<readonly string[]> {
  const { lost, stays, unanswered } = await ownWaysIn(certificates, scope, change);
  if (lost.length === 0 || stays.length > 0) return [];
  if (unanswered) throw unanswered;
  return lost;
}

/** `stays`: what else the leaf leads to, `isSafe` where one of these has another key or name; `leads` is false where nobody can tell what it leads to. */
async function ownWaysIn(certificates: Certificates, scope: Scope, { listed, cut, now }: Cut) {
  const none = { lost: [], stays: [], leads: false, isSafe: true, unanswered: null };
  const own = scope === ORGANIZATION ? await certificates.ownCertificate() : null;
  if (!own) return none;
  const usable = listed.filter((anchor) => anchor.active && isValidAt(anchor, now));
  const ids = usable.map(({ anchorId }) => anchorId);
  const { leaf, unread, unanswered, keyAndName } = await ownLeafAmong(certificates, own, ids, now);
  const { chainsTo, validUntil } = leaf;
  const leads = chainsTo.length > 0;
  // A leaf that leads to nothing may lead to what nobody could read (I9).
  const lost = (leads ? chainsTo : [...unread.keys()]).filter((id) => cut.includes(id));
  const cutAs = new Set(lost.map(keyAndName));
  const stays = chainsTo.filter((id) => !cut.includes(id) && validUntil[id] !== undefined);
  const isSafe = stays.some((id) => !cutAs.has(keyAndName(id)));
  return { lost, stays, leads, isSafe, unanswered };
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
  const { leaf, unread, keyAndName } = await ownLeafAmong(certificates, own, ids, now);
  const ways = leaf.chainsTo.filter((id) => !activate.includes(id));
  const known = new Set(ways.map(keyAndName));
  // Any leaf may lead to one that nobody can read (I9).
  const shadows = activate.filter((id) => (unread.has(id) ? ways.length > 0 : known.has(keyAndName(id))));
  if (shadows.length === 0) return;
  const unanswered = shadows.map((id) => unread.get(id)).find((error) => error?.name === 'ApiUnavailable');
  if (unanswered) throw unanswered;
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
  const { anchors, unread, unanswered } = await readableAmong(certificates, ids);
  const pems = new Map(anchors.map(({ anchorId, pem }) => [anchorId, pem]));
  return {
    leaf: inspectLeaf(own, anchors, now),
    ...{ unread, unanswered },
    keyAndName: (id: string): string => keyAndNameOf(pems.get(id) ?? ''),
  };
}
