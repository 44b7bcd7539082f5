import OpenAI from 'openai';
import { type ErrorName, WindlassError } from '../../domain/errors.ts';
import type { AdminCredential, AdminCredentialSource } from './admin-credential.ts';
import { adminFetch } from './admin-fetch.ts';
import { apiError, type Permission } from './api-errors.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { patientFetch } from './patient-fetch.ts';

/**
 * Where and how the API is called. `timeoutMs` is for each attempt. `patienceMs` is for all waits of one call
 * that the API asks for, and `onWait` is called with each wait.
 */
export type AdminApi = {
  baseURL: string;
  credential: AdminCredentialSource;
  maxRetries?: number;
  timeoutMs?: number;
  patienceMs?: number;
  onWait?: ((milliseconds: number) => void) | undefined;
};

/** A step makes a handful of calls one after the other, and has to end before Lambda ends it. */
export const PATIENCE = 60_000;

/** The part of the official client for the organization. */
export type Admin = OpenAI['admin']['organization'];

/**
 * Returns a function that runs calls with the current credential, and turns every error into one of ours.
 * When a key is refused, the credential is read once more, because it may have been rotated. `missing` is the
 * error's name for a 404, `permission` what a 403 lacks.
 */
export function adminCalls(options: AdminApi) {
  const clients = new WeakMap<AdminCredential, OpenAI>();
  const clientFor = (credential: AdminCredential): OpenAI => {
    const client = clients.get(credential) ?? newClient(options, credential);
    clients.set(credential, client);
    return client;
  };
  return async <T>(
    what: string,
    about: { missing: ErrorName; permission: Permission },
    run: (admin: Admin, what: string) => Promise<T>,
  ) => {
    const attempt = async (credential: AdminCredential): Promise<T> => {
      try {
        return await run(clientFor(credential).admin.organization, `${what} at ${options.baseURL}`);
      } catch (error) {
        throw apiError(error, { what, baseURL: options.baseURL, ...about, credential });
      }
    };
    const credential = await options.credential();
    try {
      return await attempt(credential);
    } catch (refused) {
      if (!(refused instanceof WindlassError) || refused.name !== 'AdminKeyRefused') throw refused;
      const reread = await options.credential({ fresh: true });
      if (isSame(reread, credential)) throw refused;
      return attempt(reread);
    }
  };
}

/** The key alone does not tell: a chain may be repaired beside the same key. */
const isSame = (one: AdminCredential, other: AdminCredential): boolean =>
  one.apiKey === other.apiKey &&
  one.privateKey === other.privateKey &&
  one.certificateChain === other.certificateChain;

function newClient(api: AdminApi, credential: AdminCredential) {
  const { baseURL, maxRetries = 3, timeoutMs = 10_000, onWait } = api;
  // A caller that wants no second attempt does not want to wait for one either.
  const { patienceMs = maxRetries === 0 ? 0 : PATIENCE } = api;
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
    timeout: timeoutMs + patienceMs,
    // Otherwise the client would look these up in the environment, and its log may contain answers (I14).
    apiKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    fetch: patientFetch(
      boundedFetch(
        certificateChain && privateKey ? adminFetch({ certificateChain, privateKey }) : fetch,
        timeoutMs,
      ),
      { attemptMs: timeoutMs, patienceMs, onWait },
    ),
  });
}
