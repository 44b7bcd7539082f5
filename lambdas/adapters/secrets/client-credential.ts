import * as z from 'zod';
import { apiKeySchema } from './secret-value.ts';

/**
 * How a client identifies itself: by its API key or, if keyless, by the identity that its leaf is exchanged
 * for (F17).
 */
type ClientIdentity = { apiKey: string } | { identityProviderId: string; serviceAccountId: string };

/** A client's credential, as one version of its secret holds it. */
export type ClientCredential = ClientIdentity & {
  /** PEM: the leaf first, then its intermediates. */
  certificateChain: string;
  /** PEM. */
  privateKey: string;
  /** The secret version that it was read from. */
  versionId: string;
  /** When that version was created, in Unix seconds; absent when nothing says it. */
  createdAt?: number;
};

/** Returns the leaf of one credential with the identity of another. */
export function withIdentityOf(credential: ClientCredential, other: ClientCredential): ClientCredential {
  const { certificateChain, privateKey, versionId } = credential;
  return { ...identityIn(other), certificateChain, privateKey, versionId };
}

/** Whether two credentials have the same identity: the same API key, or the same ids. */
export const isSameIdentity = (one: ClientCredential, other: ClientCredential): boolean =>
  JSON.stringify(identityIn(one)) === JSON.stringify(identityIn(other));

/** An id has to fit into a JSON body and a log line, and is no longer than any id of the API. */
const idSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/, 'must be an id of 1 to 256 printable ASCII characters without spaces');

/**
 * The content of a client's secret: a leaf, and either an API key or both ids of a keyless client, never
 * both.
 */
export const clientSecretSchema = z
  .object({
    apiKey: apiKeySchema.optional(),
    identityProviderId: idSchema.optional(),
    serviceAccountId: idSchema.optional(),
    certificateChain: z.string().min(1),
    privateKey: z.string().min(1),
  })
  .transform((value, context) => {
    const { apiKey, identityProviderId, serviceAccountId, certificateChain, privateKey } = value;
    const leaf = { certificateChain, privateKey };
    const refuse = (field: string, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message });
      return z.NEVER;
    };
    if (identityProviderId === undefined && serviceAccountId === undefined)
      return apiKey === undefined ? refuse('apiKey', `is missing, ${EITHER}`) : { apiKey, ...leaf };
    if (apiKey !== undefined) return refuse('apiKey', `stands beside the ids of a keyless client: ${EITHER}`);
    if (identityProviderId === undefined)
      return refuse('identityProviderId', 'is missing beside serviceAccountId: a keyless client has both');
    if (serviceAccountId === undefined)
      return refuse('serviceAccountId', 'is missing beside identityProviderId: a keyless client has both');
    return { identityProviderId, serviceAccountId, ...leaf };
  });

const EITHER = 'give either apiKey, or identityProviderId and serviceAccountId';

const identityIn = (credential: ClientCredential): ClientIdentity => {
  if ('apiKey' in credential) return { apiKey: credential.apiKey };
  const { identityProviderId, serviceAccountId } = credential;
  return { identityProviderId, serviceAccountId };
};
