import { WindlassError } from '../../domain/errors.ts';
import type { ClientCheck, Plan, ScopePlan } from '../../domain/plan-document.ts';
import { chainDigestOf, fingerprintOf } from '../x509/fingerprint.ts';
import { isSignedBelow } from '../x509/issuer.ts';
import { materialProblems } from '../x509/leaf-problems.ts';
import { climbedIn } from '../x509/paths.ts';
import { certificatesIn } from '../x509/pem.ts';
import { type ClientCredential, isSameIdentity } from './client-credential.ts';
import { hangsFromSuccessor, isAsSeen } from './held-leaf.ts';
import { type LeafMove, leafMove } from './leaf-move.ts';
import type { Secrets } from './secrets.ts';

type Promotion = Plan['promotions'][number];

/** What a plan says of where one client's leaves lead: what it is proven for, and what tells that scope's successors and retiring anchors by what they have signed. */
export type Leading = readonly {
  check: ClientCheck;
  scope: Pick<ScopePlan, 'successorIssuers' | 'retiringIssuers'>;
}[];

/**
 * A client that has to move: from which version, if it has any, to the one with the proven leaf, whether that one renews what it runs on, and what the
 * trail says of it.
 */
export type Pending = Promotion & {
  from: string | undefined;
  to: string;
  isRenewal: boolean;
  told: LeafMove;
};

/**
 * The move to the version that waits as `AWSPENDING` with the proven leaf, or null when that one is current already, with the proven chain. Throws
 * `LeafChanged` where the secret is not as it was planned and proven.
 */
export async function pendingOf(
  secrets: Secrets,
  promotion: Promotion,
  leading: Leading,
): Promise<Pending | null> {
  const { client, secret, renews } = promotion;
  const current = await secrets.read(secret, 'AWSCURRENT');
  if (current && isAsSeen(current, promotion)) return null;
  const staged = await secrets.read(secret, 'AWSPENDING');
  const label = secrets.stagedLabel ?? 'AWSPENDING';
  if (staged && isProvenLeaf(staged, promotion)) {
    if (current && !mayTakeItsPlace(staged, current, promotion))
      throw new WindlassError(
        'LeafChanged',
        `client ${client} has another API key, or other ids, at AWSCURRENT of ${secret} than beside the leaf staged as ${label}, and one of both is newer than the plan: it was not moved. Stage the leaf again beside what the client calls with, and start a new run`,
      );
    if (current && isPast(current, staged, promotion, leading))
      throw new WindlassError(
        'LeafChanged',
        `client ${client} was given a newer leaf at AWSCURRENT of ${secret} since the plan, which lasts longer than the one staged as ${label}: it was not moved. Start a new run, which looks at that leaf`,
      );
    const before = current?.certificateChain ?? null;
    const isRenewal = renews !== undefined && before !== null && isWhat(before, renews);
    const told = leafMove(client, before, staged.certificateChain);
    return { ...promotion, from: current?.versionId, to: staged.versionId, isRenewal, told };
  }
  // Another scope may have moved the client between the two looks.
  if (await isCurrent(secrets, promotion)) return null;
  throw new WindlassError(
    'LeafChanged',
    `client ${client} no longer has the proven leaf staged as ${label} in ${secret}: it was not moved. Stage the leaf again, and start a new run`,
  );
}

/** Whether a client runs on the proven leaf with the proven chain: with the old one beside it the same leaf is about to be turned away (I1). */
export async function isCurrent(secrets: Secrets, promotion: Promotion): Promise<boolean> {
  const current = await secrets.read(promotion.secret, 'AWSCURRENT');
  return current !== null && isAsSeen(current, promotion);
}

/** Whether a chain is the one that a plan has by this digest, or by its leaf's fingerprint where the plan is of an older version. */
const isWhat = (chain: string, digest: string): boolean =>
  [chainDigestOf(chain), fingerprintOf(chain)].includes(digest);

/** What is staged anew since the proof may have other certificates beside the same leaf, or another key: then nobody could get in by it (I19). */
const isProvenLeaf = (staged: ClientCredential, seen: Pick<Promotion, 'leaf' | 'chain'>): boolean => {
  const [certificate] = certificatesIn(staged.certificateChain);
  return (
    certificate !== undefined &&
    certificate !== null &&
    isAsSeen(staged, seen) &&
    materialProblems(certificate, staged).length === 0
  );
};

/**
 * Whether somebody has given a client another leaf since the plan, that leads to a successor and to nothing that retires, is no older than the staged one and ends after
 * it: what is staged was left behind (I19). One that leads to what retires is a renewal of what the client is to leave, such as a daily one: an issuing CA that both have
 * certified has signed either.
 */
function isPast(
  current: ClientCredential,
  staged: ClientCredential,
  { running }: Promotion,
  leading: Leading,
): boolean {
  const { certificateChain } = current;
  if (running === undefined || isWhat(certificateChain, running)) return false;
  const leadsThere = leading.some(({ check, scope }) => hangsFromSuccessor(current, check, scope));
  const retiring = leading.flatMap(({ scope }) => scope.retiringIssuers ?? []);
  if (!leadsThere || retiring.some((issuer) => isSignedBelow(certificateChain, issuer))) return false;
  const [newer, older] = [current, staged].map((one) => certificatesIn(one.certificateChain)[0]);
  if (!newer || !older) return false;
  return newer.validFromDate >= older.validFromDate && endOf(current) > endOf(staged);
}

/** When the first certificate of a leaf's path ends, in Unix milliseconds. */
const endOf = ({ certificateChain }: ClientCredential): number =>
  Math.min(...climbedIn(certificateChain).map(({ validToDate }) => validToDate.getTime()));

/**
 * Whether a client may call by what is staged from now on. An API key that its owner has rotated since the plan is not taken back with an older one, and one
 * that is staged since nobody has seen let in (I9).
 */
const mayTakeItsPlace = (
  staged: ClientCredential,
  current: ClientCredential,
  { changesIdentity }: Promotion,
): boolean =>
  isSameIdentity(staged, current) ||
  (changesIdentity?.running === current.versionId && changesIdentity.staged === staged.versionId);
