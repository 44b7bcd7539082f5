import type { ClientCheck } from '../../domain/document.ts';
import { WindlassError } from '../../domain/errors.ts';
import { fingerprintOf, keyIdsAbove } from '../x509/leaf.ts';
import type { ClientCredential, Secrets, Stage } from './secrets.ts';

const STAGES: readonly Stage[] = ['AWSPENDING', 'AWSCURRENT'];

/**
 * The witness's leaf that Plan saw, or another that hangs from the same successor: one of an older generation would be turned
 * away for want of a path, and prove nothing (F11). Throws `LeafChanged`.
 */
export async function witnessLeaf(secrets: Secrets, check: ClientCheck): Promise<ClientCredential> {
  const { client, secret, successor, leaf, successorKeyId } = check;
  let renewed: ClientCredential | null = null;
  for (const stage of STAGES) {
    const credential = await secrets.read(secret, stage);
    if (!credential) continue;
    if (fingerprintOf(credential.certificateChain) === leaf) return credential;
    if (successorKeyId && keyIdsAbove(credential.certificateChain).includes(successorKeyId))
      renewed = credential;
  }
  if (renewed) return renewed;
  throw new WindlassError(
    'LeafChanged',
    `witness ${client}: no leaf of successor ${successor} is in ${secret} any more; put one there and start a new run`,
  );
}
