import { WindlassError } from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
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

/**
 * What a plan says of where one client's leaves lead: the checks that it is proven for, and by which signers
 * that scope's successors and retiring anchors are known.
 */
export type Leading = readonly {
  check: ClientCheck;
  scope: Pick<ScopePlan, 'successorIssuers' | 'retiringIssuers'>;
}[];

/**
 * A client that has to move: `from` a version, if it has one, `to` the version with the proven leaf.
 * `isRenewal` says that the leaf renews what the client runs on; `told` is what the trail says of it.
 */
export type Pending = Promotion & {
  from: string | undefined;
  to: string;
  isRenewal: boolean;
  told: LeafMove;
};

/**
 * Returns the move to the version that waits as `AWSPENDING` with the proven leaf. Returns null when that
 * leaf is already current with the proven chain. Throws `LeafChanged` when the secret is not as it was
 * planned and proven.
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

/**
 * Whether a client runs on the proven leaf with the proven chain. With the old chain beside it, the same leaf
 * is about to be turned away (I1).
 */
export async function isCurrent(secrets: Secrets, promotion: Promotion): Promise<boolean> {
  const current = await secrets.read(promotion.secret, 'AWSCURRENT');
  return current !== null && isAsSeen(current, promotion);
}

/** Whether a chain has this digest. A plan of an older version has the leaf's fingerprint instead. */
const isWhat = (chain: string, digest: string): boolean =>
  [chainDigestOf(chain), fingerprintOf(chain)].includes(digest);

/**
 * Whether the staged leaf is the proven one. If it was staged anew since the proof, it may have other
 * certificates beside it, or another key, and then it would let nobody in (I19).
 */
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
 * Whether somebody has given the client a newer leaf since the plan, so that the staged one is left behind
 * (I19). The newer leaf leads to a successor and to nothing that retires, is no older than the staged one,
 * and ends later. A leaf that also leads to what retires only renews what the client is to leave, for example
 * every day. An issuing CA that both anchors have certified signs such a leaf.
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

/** Returns when the first certificate of a leaf's path ends, in Unix milliseconds. */
const endOf = ({ certificateChain }: ClientCredential): number =>
  Math.min(...climbedIn(certificateChain).map(({ validToDate }) => validToDate.getTime()));

/**
 * Whether a client may use the staged identity from now on. An API key that its owner has rotated since the
 * plan is not replaced with an older one. A key that was staged since the plan has not been seen to get in
 * (I9).
 */
const mayTakeItsPlace = (
  staged: ClientCredential,
  current: ClientCredential,
  { changesIdentity }: Promotion,
): boolean =>
  isSameIdentity(staged, current) ||
  (changesIdentity?.running === current.versionId && changesIdentity.staged === staged.versionId);
