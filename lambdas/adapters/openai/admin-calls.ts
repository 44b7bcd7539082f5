import OpenAI from 'openai';
import { type ErrorName, WindlassError } from '../../domain/errors.ts';
import type { AdminCredential, AdminCredentialSource } from './admin-credential.ts';
import { adminFetch } from './admin-fetch.ts';
import { apiError } from './api-errors.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** Where and how the API is called; `timeoutMs` is for each attempt. */
export type AdminApi = {
  baseURL: string;
  credential: AdminCredentialSource;
  maxRetries?: number;
  timeoutMs?: number;
};

/** The part of the official client that speaks of the organization. */
export type Admin = OpenAI['admin']['organization'];

/**
 * Runs calls with the current credential, and turns whatever they throw into our errors. A refused key is read again
 * once, since it may have been rotated. `missing` is the name of a 404.
 */
export function adminCalls(options: AdminApi) {
  const clients = new WeakMap<AdminCredential, OpenAI>();
  const clientFor = (credential: AdminCredential): OpenAI => {
    const client = clients.get(credential) ?? newClient(options, credential);
    clients.set(credential, client);
    return client;
  };
  return async <T>(what: string, missing: ErrorName, run: (admin: Admin, what: string) => Promise<T>) => {
    const attempt = async (credential: AdminCredential): Promise<T> => {
      try {
        return await run(clientFor(credential).admin.organization, what);
      } catch (error) {
        throw apiError(error, { what, baseURL: options.baseURL, missing, credential });
      }
    };
    const credential = await options.credential();
    try {
      return await attempt(credential);
    } catch (refused) {
      if (!(refused instanceof WindlassError) || refused.name !== 'AdminKeyRefused') throw refused;
      const reread = await options.credential({ fresh: true });
      if (reread.apiKey === credential.apiKey && reread.privateKey === credential.privateKey) throw refused;
      return attempt(reread);
    }
  };
}

function newClient({ baseURL, maxRetries = 3, timeoutMs = 10_000 }: AdminApi, credential: AdminCredential) {
  const { apiKey, certificateChain, privateKey, origin } = credential;
  if (certificateChain && !baseURL.startsWith('https:'))
    throw new WindlassError(
      'InvalidConfiguration',
      `${origin ?? 'the admin secret'} holds a client certificate, which only https can present, and the base URL is ${baseURL}`,
    );
  return new OpenAI({
    baseURL,
    adminAPIKey: apiKey,
    maxRetries,
    timeout: timeoutMs,
    // The client would look these up in the environment, and its log may hold answers (I14).
    apiKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    fetch: boundedFetch(
      certificateChain && privateKey ? adminFetch({ certificateChain, privateKey }) : fetch,
      timeoutMs,
    ),
  });
}
