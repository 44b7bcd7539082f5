import type { ClientCheck } from '../domain/document.ts';
import { WindlassError } from '../domain/errors.ts';
import { anchorKeyIdOf, fingerprintOf } from './leaf.ts';
import type { ClientCredential, Secrets, Stage } from './secrets.ts';

/**
 * The credential with the leaf that Plan saw, looked for at the given stages in turn. Before the cut only what the
 * client runs on counts: there a leaf renewed since the plan passes when it hangs from the same successor.
 * Throws `LeafChanged` before any network call to a host when no stage holds it.
 */
export async function leafToProve(
  secrets: Secrets,
  check: ClientCheck,
  stages: readonly Stage[],
): Promise<ClientCredential> {
  for (const stage of stages) {
    const credential = await secrets.read(check.secret, stage);
    if (credential && hangsFromSuccessor(credential, check)) return credential;
  }
  throw new WindlassError(
    'LeafChanged',
    `client ${check.client}: neither the leaf that the plan saw nor another of successor ${check.successor} is at ${stages.join(' or ')} of ${check.secret}; stage one and start a new run`,
  );
}

/** The credential with the retiring leaf, wherever the promotion left it, or null when no version holds it any more. */
export async function retiringLeaf(secrets: Secrets, check: ClientCheck): Promise<ClientCredential | null> {
  if (!check.retiringLeaf) return null;
  for (const stage of ['AWSPREVIOUS', 'AWSCURRENT'] as const) {
    const credential = await secrets.read(check.secret, stage);
    if (credential && fingerprintOf(credential.certificateChain) === check.retiringLeaf) return credential;
  }
  return null;
}

const hangsFromSuccessor = ({ certificateChain }: ClientCredential, check: ClientCheck): boolean =>
  fingerprintOf(certificateChain) === check.leaf ||
  (check.successorKeyId !== undefined && anchorKeyIdOf(certificateChain) === check.successorKeyId);
