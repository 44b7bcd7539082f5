import { createSecureContext } from 'node:tls';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { WindlassError } from '../../domain/errors.ts';
import { textVariable } from '../environment.ts';
import { apiKeySchema, readSecret, secretsManagerClient } from '../secrets/secret-value.ts';

/**
 * The credential for the certificates API. It has a client certificate if the organization asks for one
 * (F10).
 */
export type AdminCredential = {
  apiKey: string;
  certificateChain?: string | undefined;
  privateKey?: string | undefined;
  /** Where it came from, for an operator to look at. */
  origin?: string;
};

/** Returns the admin credential. `fresh` asks for a new read after the last credential was refused. */
export type AdminCredentialSource = (options?: { fresh: boolean }) => Promise<AdminCredential>;

const CACHE_MS = 5 * 60_000;

const credentialSchema = z
  .object({
    apiKey: apiKeySchema,
    certificateChain: z.string().min(1).optional(),
    privateKey: z.string().min(1).optional(),
  })
  .superRefine(({ certificateChain, privateKey }, context) => {
    const missing = certificateChain ? 'privateKey' : 'certificateChain';
    if (Boolean(certificateChain) !== Boolean(privateKey))
      context.addIssue({ code: 'custom', path: [missing], message: 'must be there too, or neither' });
    else if (!fitTogether(certificateChain, privateKey))
      context.addIssue({
        code: 'custom',
        path: ['privateKey'],
        message: 'must be the PEM key of the PEM certificateChain',
      });
  });

/**
 * Returns the admin credential in a secret. It is kept for five minutes, so that a rotated key is picked up.
 * Throws `SecretMissing`, `SecretUnavailable`, `AwsRefused`, `InvalidConfiguration`, or `SecretInvalid` with
 * the field's name, never its value.
 */
export function adminCredential(
  secret: string,
  connect: () => Promise<SecretsManager> = secretsManagerClient(),
): AdminCredentialSource {
  let kept: { credential: Promise<AdminCredential>; until: number } | undefined;
  const read = async (): Promise<AdminCredential> => {
    const found = await readSecret(await connect(), secret, 'AWSCURRENT', credentialSchema);
    if (!found) throw new WindlassError('SecretMissing', `secret ${secret} has no version at AWSCURRENT`);
    return { ...found.value, origin: `the admin secret ${secret}` };
  };
  return ({ fresh } = { fresh: false }) => {
    if (kept && !fresh && Date.now() < kept.until) return kept.credential;
    const credential = read();
    kept = { credential, until: Date.now() + CACHE_MS };
    credential.catch(() => {
      kept = undefined;
    });
    return credential;
  };
}

/** Returns the admin credential in the secret that `WINDLASS_ADMIN_SECRET` names. */
export const adminCredentialFromEnvironment = (): AdminCredentialSource =>
  adminCredential(textVariable('WINDLASS_ADMIN_SECRET'));

function fitTogether(cert: string | undefined, key: string | undefined): boolean {
  if (!cert || !key) return true;
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}
