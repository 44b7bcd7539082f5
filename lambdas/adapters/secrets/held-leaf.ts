import { isOneOf, WindlassError } from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Held } from '../hosts/prove.ts';
import { chainDigestOf, fingerprintOf } from '../x509/fingerprint.ts';
import { hangsFrom, isIssuedBelow } from '../x509/issuer.ts';
import { type ClientCredential, withIdentityOf } from './client-credential.ts';
import { isOwnFault } from './read-clients.ts';
import { readPrevious, type Secrets } from './secrets.ts';
import type { Stage } from './version-stages.ts';

type Reading = Pick<Secrets, 'read'>;

/**
 * Returns the credential with the leaf that Plan saw, looked for at the given stages in turn. If it is not
 * there, returns the credential that the client runs on, if its leaf leads to the same successor: the leaf
 * was renewed since the plan. A renewed leaf that is only staged does not count: no host was asked about it,
 * and a retiring leaf may lead to the same key. Throws `LeafChanged` before any call to a host.
 */
export async function leafToProve(
  secrets: Reading,
  check: ClientCheck,
  stages: readonly Stage[],
  plan: Signed,
): Promise<ClientCredential> {
  let renewed: ClientCredential | null = null;
  let isBelowAnother = false;
  for (const stage of stages) {
    const credential = await secrets.read(check.secret, stage);
    if (credential && isAsSeen(credential, check)) return credential;
    isBelowAnother ||= credential !== null && isAsSeen(credential, { leaf: check.leaf });
    if (credential && stage === 'AWSCURRENT' && hangsFromSuccessor(credential, check, plan))
      renewed = credential;
  }
  if (renewed) return renewed;
  throw new WindlassError(
    'LeafChanged',
    isBelowAnother
      ? `client ${check.client}: the leaf that the plan saw is in ${check.secret} with other certificates beside it than the plan saw; stage it with a chain to ${check.successor} and start a new run`
      : `client ${check.client}: neither the leaf that the plan saw nor another of successor ${check.successor} is at ${stages.join(' or ')} of ${check.secret}; stage one and start a new run`,
  );
}

/**
 * Returns the same around a cut, for what a client runs on. Returns null if the client has stayed on an
 * expired leaf, from which the cut takes nothing (I17).
 */
export async function leafAroundTheCut(
  secrets: Reading,
  check: ClientCheck,
  plan: Signed,
): Promise<ClientCredential | null> {
  try {
    return await leafToProve(secrets, check, ['AWSCURRENT'], plan);
  } catch (error) {
    if (check.outlived === undefined || !isOneOf(error, ['LeafChanged'])) throw error;
    const current = await secrets.read(check.secret, 'AWSCURRENT');
    if (current && chainDigestOf(current.certificateChain) === check.outlived) return null;
    throw error;
  }
}

/**
 * Whether a credential has the leaf that Plan saw, with the same certificates beside it: with others the same
 * leaf leads elsewhere, or nowhere. A plan of an older version may know only the leaf.
 */
export const isAsSeen = (
  { certificateChain }: Pick<ClientCredential, 'certificateChain'>,
  { leaf, chain }: { leaf: string | undefined; chain?: string | undefined },
): boolean =>
  fingerprintOf(certificateChain) === leaf &&
  (chain === undefined || chainDigestOf(certificateChain) === chain);

/**
 * Returns what a client ran on when the plan was made, or null if it runs on another leaf by now: another
 * check judges that one.
 */
export async function stillRunning(secrets: Reading, check: ClientCheck): Promise<Held | null> {
  const credential = await secrets.read(check.secret, 'AWSCURRENT');
  return credential && isAsSeen(credential, check) ? { credential } : null;
}

/**
 * Returns the same around a cut, for a client that keeps its leaf. A client that was outside before the
 * activation may have been given another leaf during the soak. Whatever gets in right before the cut has to
 * get in after it, and no other look asks about that leaf (I1, F16).
 */
export async function keptLeaf(secrets: Reading, check: ClientCheck): Promise<Held | null> {
  if (!check.inUse) return stillRunning(secrets, check);
  const credential = await secrets.read(check.secret, 'AWSCURRENT');
  return credential && { credential };
}

/**
 * Returns the credential with the retiring leaf, wherever the promotion left it; null when no version holds
 * it any more. It has the API key or the ids that the client uses now: an old key may have been revoked
 * together with its leaf. The refusal would then be the key's, and prove nothing about the leaf. `running` is
 * what the client runs on, if it was read just now.
 */
export async function retiringLeaf(
  secrets: Reading,
  check: ClientCheck,
  running?: ClientCredential,
): Promise<ClientCredential | null> {
  const { retiringLeaf: leaf, retiringChain: chain } = check;
  if (!leaf) return null;
  // A plan of an older version knows only the old leaf, which may be the new leaf with another chain.
  const isNew = (held: ClientCredential): boolean =>
    chain === undefined && check.chain !== undefined && isAsSeen(held, check);
  const isRetiring = (held: ClientCredential): boolean => isAsSeen(held, { leaf, chain }) && !isNew(held);
  const current = running ?? (await secrets.read(check.secret, 'AWSCURRENT'));
  if (current && isRetiring(current)) return current;
  const previous = await readPrevious(secrets, check.secret);
  return previous && isRetiring(previous) ? withIdentityOf(previous, current ?? previous) : null;
}

/**
 * Returns the credentials to try after an undo: the leaf that the plan saw, and the retiring one. If one of
 * them is gone, returns the other.
 */
export async function leavesAfterUndo(secrets: Reading, check: ClientCheck, plan: Signed): Promise<Held> {
  // An old version that nobody can read cannot be tried, and does not affect the leaf that the client runs
  // on.
  const alternative = await retiringLeaf(secrets, check).catch((error) => {
    if (isOwnFault(error)) return null;
    throw error;
  });
  try {
    return { credential: await leafToProve(secrets, check, ['AWSCURRENT', 'AWSPENDING'], plan), alternative };
  } catch (error) {
    if (alternative && error instanceof WindlassError && error.name === 'LeafChanged')
      return { credential: alternative };
    throw error;
  }
}

/** The part of a scope's plan that tells what signed the successors' leaves. */
type Signed = Pick<ScopePlan, 'successorIssuers'>;

/**
 * Whether a credential's leaf leads to a check's successor, by the successor's name and key. With a plan of
 * an older version, by key identifier.
 */
export function hangsFromSuccessor(
  { certificateChain }: ClientCredential,
  { successor, successorKeyId: keyId, successorSubject: subject }: ClientCheck,
  { successorIssuers = [] }: Signed,
): boolean {
  const issuer = successorIssuers.find(({ anchor }) => anchor === successor);
  if (issuer) return isIssuedBelow(certificateChain, { ...issuer, keyId });
  return keyId !== undefined && hangsFrom(certificateChain, { keyId, subject });
}
