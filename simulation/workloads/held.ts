import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Bearer, type Claims, createBearer } from './bearer.ts';

/** What a client holds. `version` tells one from the next, `expiresAt` is Unix seconds. */
export type Held = { version: string; bearer: Bearer; identity: SecureContext; expiresAt: number };

/** Where a client's calls go, and its clock. */
type Where = { ca: string; authHost: string; now: () => number };

/** What a client holds by one version of its secret. */
export function heldIn(versionId: string, value: string, { ca, authHost, now }: Where): Held {
  const { certificateChain = '', privateKey = '', ...claims } = JSON.parse(value) as Record<string, string>;
  const { validToDate } = new X509Certificate(certificateChain);
  return {
    version: versionId,
    bearer: createBearer(claims as Claims, authHost, now),
    identity: createSecureContext({ cert: certificateChain, key: privateKey, ca }),
    expiresAt: validToDate.getTime() / 1000,
  };
}

/** What a client of a project without enforcement holds: a key, and no certificate. */
export const heldWithout = (apiKey: string, { ca, authHost, now }: Where): Held => ({
  version: '',
  bearer: createBearer({ apiKey }, authHost, now),
  identity: createSecureContext({ ca }),
  expiresAt: Number.POSITIVE_INFINITY,
});
