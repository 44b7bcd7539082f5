import { isOneOf, WindlassError } from '../../domain/errors.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import type { Held } from '../hosts/prove.ts';
import { chainDigestOf, fingerprintOf } from '../x509/fingerprint.ts';
import { hangsFrom, isIssuedBelow } from '../x509/issuer.ts';
import { type ClientCredential, withIdentityOf } from './client-credential.ts';
import { isOwnFault } from './read-clients.ts';
import { readPrevious, type Secrets } from './secrets.ts';
import type { Stage } from './version-stages.ts';

type Reading = Pick<Secrets, 'read'>;

/**
 * The credential with the leaf that Plan saw, looked for at the given stages in turn. Failing that, what the client
 * runs on, when it hangs from the same successor: a leaf renewed since the plan. One that is only staged was never
 * looked at, and a retiring leaf may hang from the same key. Throws `LeafChanged` before any call to a host.
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

/** The same around a cut, of what a client runs on; null where it has stayed on the expired leaf that the cut takes nothing from (I17). */
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
 * Whether a credential has the leaf that Plan saw, with the certificates that it saw beside it: with others the same leaf leads elsewhere,
 * or nowhere. A plan of an older version may know the leaf alone.
 */
export const isAsSeen = (
  { certificateChain }: Pick<ClientCredential, 'certificateChain'>,
  { leaf, chain }: { leaf: string | undefined; chain?: string | undefined },
): boolean =>
  fingerprintOf(certificateChain) === leaf &&
  (chain === undefined || chainDigestOf(certificateChain) === chain);

/** What a client ran on when this was planned, or null where it runs on another leaf by now: that is somebody else's to say. */
export async function stillRunning(secrets: Reading, check: ClientCheck): Promise<Held | null> {
  const credential = await secrets.read(check.secret, 'AWSCURRENT');
  return credential && isAsSeen(credential, check) ? { credential } : null;
}

/**
 * The same around a cut of a client that keeps its leaf. One that was outside before the activation may have been repaired within the soak by another: whatever
 * gets in right before the cut has to get in after it, and no other look asks about that one (I1, F16).
 */
export async function keptLeaf(secrets: Reading, check: ClientCheck): Promise<Held | null> {
  if (!check.inUse) return stillRunning(secrets, check);
  const credential = await secrets.read(check.secret, 'AWSCURRENT');
  return credential && { credential };
}

/**
 * The credential with the retiring leaf, wherever the promotion left it, or null when no version holds it any more. It
 * comes with the API key, or the ids, that its client uses now: an old key may have been revoked with its leaf, and then a
 * refusal would be the key's and never prove anything about the leaf. `running` is what the client runs on, where that was read just now.
 */
export async function retiringLeaf(
  secrets: Reading,
  check: ClientCheck,
  running?: ClientCredential,
): Promise<ClientCredential | null> {
  const { retiringLeaf: leaf, retiringChain: chain } = check;
  if (!leaf) return null;
  // A plan of an older version knows the old leaf alone, which may be the new one with another chain.
  const isNew = (held: ClientCredential): boolean =>
    chain === undefined && check.chain !== undefined && isAsSeen(held, check);
  const isRetiring = (held: ClientCredential): boolean => isAsSeen(held, { leaf, chain }) && !isNew(held);
  const current = running ?? (await secrets.read(check.secret, 'AWSCURRENT'));
  if (current && isRetiring(current)) return current;
  const previous = await readPrevious(secrets, check.secret);
  return previous && isRetiring(previous) ? withIdentityOf(previous, current ?? previous) : null;
}

/** After an undo: the leaf that the plan saw or the retiring one, whichever lets the client in, and either if one is gone. */
export async function leavesAfterUndo(secrets: Reading, check: ClientCheck, plan: Signed): Promise<Held> {
  // An old version that nobody can read is none to go by, and takes nothing from the one that the client runs on.
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

/** What of a scope's plan tells who has signed the successors' leaves. */
type Signed = Pick<ScopePlan, 'successorIssuers'>;

/** Whether a credential's leaf hangs from a check's successor, by name and by what it is signed with; by its key's identifier in a plan of an older version. */
export function hangsFromSuccessor(
  { certificateChain }: ClientCredential,
  { successor, successorKeyId: keyId, successorSubject: subject }: ClientCheck,
  { successorIssuers = [] }: Signed,
): boolean {
  const issuer = successorIssuers.find(({ anchor }) => anchor === successor);
  if (issuer) return isIssuedBelow(certificateChain, { ...issuer, keyId });
  return keyId !== undefined && hangsFrom(certificateChain, { keyId, subject });
}
