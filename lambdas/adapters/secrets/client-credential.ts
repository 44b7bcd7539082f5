import * as z from 'zod';
import { apiKeySchema } from './secret-value.ts';

/** Who a client says it is: by its API key, or, keyless, by the identity that its leaf is exchanged for (F17). */
type ClientIdentity = { apiKey: string } | { identityProviderId: string; serviceAccountId: string };

/** A client's credential as one version of its secret holds it. */
export type ClientCredential = ClientIdentity & {
  /** PEM: the leaf first, then its intermediates. */
  certificateChain: string;
  /** PEM. */
  privateKey: string;
  /** The secret version it was read from. */
  versionId: string;
  /** When that version was created, in Unix seconds; absent where nobody said. */
  createdAt?: number;
};

/** One leaf in the place of another, for a client that says who it is as before. */
export function withIdentityOf(credential: ClientCredential, other: ClientCredential): ClientCredential {
  const { certificateChain, privateKey, versionId } = credential;
  return { ...identityIn(other), certificateChain, privateKey, versionId };
}

/** Whether two credentials say the same of who their client is: the same API key, or the same ids. */
export const isSameIdentity = (one: ClientCredential, other: ClientCredential): boolean =>
  JSON.stringify(identityIn(one)) === JSON.stringify(identityIn(other));

/** An id is what a JSON body and a log line can carry, and no longer than any of the API's. */
const idSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/, 'must be an id of 1 to 256 printable ASCII characters without spaces');

/** What a client's secret holds: a leaf, and either an API key or both ids of a keyless client, never both. */
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
