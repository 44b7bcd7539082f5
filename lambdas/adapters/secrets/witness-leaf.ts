import { WindlassError } from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { ClientCredential } from './client-credential.ts';
import { hangsFromSuccessor, isAsSeen } from './held-leaf.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './version-stages.ts';

/** A witness calls with a key of its own. */
export type WitnessCredential = Extract<ClientCredential, { apiKey: string }>;

const STAGES: readonly Stage[] = ['AWSPENDING', 'AWSCURRENT'];

/**
 * Returns the witness's leaf that Plan saw, or another that leads to the same successor. A leaf of an older
 * generation would be turned away because no path verifies, and would prove nothing (F11). Throws
 * `LeafChanged`, or `SecretInvalid` for a secret without an API key.
 */
export async function witnessLeaf(
  secrets: Secrets,
  check: ClientCheck,
  plan: Pick<ScopePlan, 'successorIssuers'>,
): Promise<WitnessCredential> {
  const { client, secret, successor } = check;
  let renewed: WitnessCredential | null = null;
  let isKeyless = false;
  for (const stage of STAGES) {
    const credential = await secrets.read(secret, stage);
    if (!credential) continue;
    if (!('apiKey' in credential)) {
      isKeyless = true;
      continue;
    }
    if (isAsSeen(credential, check)) return credential;
    if (hangsFromSuccessor(credential, check, plan)) renewed = credential;
  }
  if (renewed) return renewed;
  if (isKeyless)
    throw new WindlassError(
      'SecretInvalid',
      `witness ${client}: ${secret} has the ids of a keyless client. Give it an apiKey: it is asked whether its leaf is let in, and nothing else`,
    );
  throw new WindlassError(
    'LeafChanged',
    `witness ${client}: no leaf of successor ${successor} is in ${secret} any more; put one there and start a new run`,
  );
}
