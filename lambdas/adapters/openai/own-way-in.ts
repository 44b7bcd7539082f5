import { isValidAt, type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import { WindlassError } from '../../domain/errors.ts';
import { askedAbout, type LeafFacts } from '../../domain/leaf/leaf-facts.ts';
import { inspectLeaf } from '../x509/leaf.ts';
import type { Certificates, OwnCertificate } from './certificates.ts';
import { readableAmong } from './read-certificates.ts';

/**
 * Returns the leaf that the admin credential itself presents, read like a client's leaf; null when it
 * presents none. `now` in Unix seconds.
 */
export async function ownLeaf(
  certificates: Pick<Certificates, 'ownCertificate'>,
  anchors: Parameters<typeof inspectLeaf>[1],
  now: number,
): Promise<LeafFacts | null> {
  const own = await certificates.ownCertificate();
  return own && inspectLeaf(own, anchors, now);
}

/**
 * Throws `ClientOnRetiring` if a cut in the organization would lock out these very calls (F7, F10, I1). The
 * admin credential's leaf then leads to an anchor that is cut and to none that stays. Or hosts may have asked
 * only the cut anchor about it. The plan has checked this, but somebody may have changed the secret since. An
 * anchor whose certificate cannot be read matters only if it is cut and the leaf leads to no readable anchor
 * (I9, I17).
 */
export async function demandOwnWayIn(certificates: Certificates, scope: Scope, change: Cut): Promise<void> {
  const { lost, stays, leads, isSafe, unanswered } = await ownWaysIn(certificates, scope, change);
  if (lost.length === 0 || isSafe) return;
  if (unanswered) throw unanswered;
  const others =
    stays.length > 0
      ? `of those that stay active in the organization only from ${stays.join(', ')}, which hosts may never have asked about it and may refuse it`
      : 'from no anchor that stays active in the organization';
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself would be locked out: the client certificate that it presents ${leads ? 'hangs' : 'may hang'} from ${lost.join(', ')}, and ${others}. Nothing was deactivated there; put a certificate that leads to the successor alone into the admin secret and start a new run`,
  );
}

/** A scope's listing, and what is to be deactivated there. `now` in Unix seconds. */
type Cut = { listed: readonly ListedAnchor[]; cut: readonly string[]; now: number };

/**
 * Returns those of our successors in the organization by which alone the admin credential gets in (F10); none
 * when it presents nothing. If the anchor that a successor replaces still lets the credential in, the
 * successor is not among them, even if both have the same key and name.
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

/**
 * `stays` are the other anchors that the leaf leads to. `isSafe` when hosts already ask one of these about
 * it, and none that is cut. `leads` is false when nobody can tell what the leaf leads to.
 */
async function ownWaysIn(certificates: Certificates, scope: Scope, { listed, cut, now }: Cut) {
  const none = { lost: [], stays: [], leads: false, isSafe: true, unanswered: null };
  const own = scope === ORGANIZATION ? await certificates.ownCertificate() : null;
  if (!own) return none;
  const usable = listed.filter((anchor) => anchor.active && isValidAt(anchor, now));
  const ids = usable.map(({ anchorId }) => anchorId);
  const { leaf, unread, unanswered } = await ownLeafAmong(certificates, own, ids, now);
  const { chainsTo, validUntil } = leaf;
  const leads = chainsTo.length > 0;
  // A leaf that leads to no readable anchor may lead to one that nobody could read (I9).
  const lost = (leads ? chainsTo : [...unread.keys()]).filter((id) => cut.includes(id));
  const stays = chainsTo.filter((id) => !cut.includes(id) && validUntil[id] !== undefined);
  const isSafe = stays.length > 0 && !askedOf(leaf, ids).some((id) => cut.includes(id));
  return { lost, stays, leads, isSafe, unanswered };
}

/**
 * Throws `ClientOnRetiring` if hosts may ask an anchor that is about to be activated in the organization
 * about these very calls, before the anchors that let them in (F7). If its filter refused them, no call could
 * undo that (F10, I10). The plan has checked this, but somebody may have changed the secret since. `now` in
 * Unix seconds.
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
  const { leaf, unread } = await ownLeafAmong(certificates, own, ids, now);
  const before = usable.map(({ anchorId }) => anchorId);
  const ways = askedOf(leaf, before);
  // Any leaf may lead to an anchor that nobody can read (I9).
  const shadows = activate.filter((id) => unread.has(id) || askedOf(leaf, [...before, id]).includes(id));
  if (ways.length === 0 || shadows.length === 0) return;
  const unanswered = shadows.map((id) => unread.get(id)).find((error) => error?.name === 'ApiUnavailable');
  if (unanswered) throw unanswered;
  throw new WindlassError(
    'ClientOnRetiring',
    `the admin credential itself might be locked out: the client certificate that it presents hangs from ${ways.join(', ')}, and ${shadows.join(', ')} is, or may be, what a host asks first. Nothing was activated in the organization; put a certificate that does not lead to both into the admin secret and start a new run`,
  );
}

/** Returns the admin credential's leaf, read against those anchors that can be read (I17). */
async function ownLeafAmong(
  certificates: Certificates,
  own: OwnCertificate,
  ids: readonly string[],
  now: number,
) {
  const { anchors, unread, unanswered } = await readableAmong(certificates, ids);
  return { leaf: inspectLeaf(own, anchors, now), unread, unanswered };
}

/** Returns the anchors that hosts may ask about a leaf while these anchors are active and valid. */
const askedOf = (leaf: LeafFacts, ids: readonly string[]): string[] =>
  askedAbout(leaf, (id) => ids.includes(id) && leaf.validUntil[id] !== undefined);
