import { APIConnectionError, APIConnectionTimeoutError, APIError, OpenAIError } from 'openai';
import { type ErrorName, WindlassError } from '../../domain/errors.ts';
import { scrub } from '../scrub.ts';
import type { AdminCredential } from './admin-credential.ts';

/** What a call needs the role of its key to allow (F18). */
export type Permission = 'api.mtls.read' | 'api.mtls.write' | 'the listing of projects' | 'the audit log';

/**
 * One call as its errors need it: its purpose, its base URL, its key, and what a 404 and a 403 mean there.
 */
export type Call = {
  what: string;
  baseURL: string;
  missing: ErrorName;
  permission: Permission;
  credential: AdminCredential;
};

/**
 * Returns what the API client threw as the error that an operator reads. Its `cause` has only status, code
 * and request id, or the socket's code. The client's own errors hold headers and bodies (I14).
 */
export function apiError(error: unknown, call: Call): WindlassError {
  if (error instanceof WindlassError) return error;
  const { what, baseURL, credential } = call;
  const { apiKey, privateKey = '', certificateChain = '' } = credential;
  const clean = (text: string): string => scrub(text, [apiKey, privateKey, certificateChain]);
  const say = (text: string): string => `${what} at ${baseURL}: ${clean(text)}`;
  if (error instanceof APIConnectionTimeoutError || isTimeout(error))
    return new WindlassError('ApiUnavailable', say('no answer in time'));
  const code = socketCode(error);
  if (error instanceof APIConnectionError || code)
    return new WindlassError(
      'ApiUnavailable',
      say(`the connection failed (${code ?? deepestMessage(error)})`),
      {
        cause: { code },
      },
    );
  if (error instanceof APIError && error.status !== undefined) {
    const { status, requestID } = error;
    const told = isOfTheApi(error) ? `${error.code ?? ''} ${messageOf(error)}` : NOT_THE_API;
    const about = `${status} ${told}${remedy(error, call)}`;
    return new WindlassError(nameOf(error, call), say(about), {
      cause: { status, code: clean(`${error.code ?? ''}`), requestId: clean(requestID ?? '') },
    });
  }
  if (error instanceof OpenAIError) return new WindlassError('ApiRefused', say(error.message));
  // What remains is a body that the client could not read: too long, no JSON, cut short, or no object.
  const why = error instanceof RangeError ? error.message : 'the answer is not the JSON that was expected';
  return new WindlassError('UnreadableAnswer', say(why));
}

/** Whether the body did not come in time. The client's own timeout error only covers the head. */
const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

function nameOf(error: APIError, { missing }: Call): ErrorName {
  const { status = 0, param } = error;
  if (status === 401 || status === 403) return isOfTheApi(error) ? 'AdminKeyRefused' : 'ApiUnavailable';
  if (isWrongUrl(error)) return 'ApiRefused';
  // A toggle in a project may miss the project or an anchor; only the parameter tells them apart.
  if (status === 404) return param === 'certificate_ids' ? 'UnknownAnchor' : missing;
  if (status === 429) return 'RateLimited';
  return status >= 500 || status === 408 || status === 409 ? 'ApiUnavailable' : 'ApiRefused';
}

/**
 * Whether the API itself has answered: its refusals have an error object. A proxy or a gateway in between
 * refuses with a page of its own. That says nothing of the key, and passes by itself.
 */
const isOfTheApi = ({ error }: APIError): boolean => typeof error === 'object' && error !== null;

const NOT_THE_API = "without the API's own error";

/** Returns the API's own message, without the status that the client puts in front of it. */
const messageOf = ({ status, message }: APIError): string =>
  message.startsWith(`${status} `) ? message.slice(`${status} `.length) : message;

/**
 * Whether a 404 concerns the route and not the object that was asked for: it has no error body, or one that
 * mentions the URL.
 */
const isWrongUrl = ({ status, error, message }: APIError): boolean =>
  status === 404 && (!error || /\bURL\b/.test(message));

/** What to look at where something else than the API seems to answer. */
export const RIGHT_URL = ' (is the base URL right? It ends in /v1)';

function remedy(error: APIError, { permission, credential }: Call): string {
  const { origin = 'the admin secret', certificateChain } = credential;
  const { status, code } = error;
  if (isWrongUrl(error)) return RIGHT_URL;
  if (status !== undefined && status < 400) return ` (a redirect, which is not followed)${RIGHT_URL}`;
  if (!isOfTheApi(error) && (status === 401 || status === 403))
    return ' (something in between has answered, such as a proxy: if it goes on, look there, and at the base URL)';
  if (code === 'unsupported_country_region_territory')
    return ' (the API takes no calls from where this runs: no role of a key changes that)';
  if (status === 403)
    return ` (the role of the key in ${origin} lacks ${permission}: give it that, and start a new run)`;
  if (status !== 401) return '';
  const certificate =
    code === 'certificate_required' && !certificateChain
      ? ': the organization asks admin callers for a client certificate, so it needs certificateChain and privateKey, which are --admin-cert and --admin-key-file on the command line'
      : '';
  return ` (look at ${origin}${certificate})`;
}

/**
 * Returns the message at the bottom of a failed connection that has no code. For example, fetch itself
 * refuses some ports.
 */
function deepestMessage(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}

/** Returns the code of the system or TLS error at the bottom of a failed connection. */
function socketCode(error: unknown): string | undefined {
  let deepest: string | undefined;
  for (let at = error; at instanceof Error && !(at instanceof APIError && at.status); at = at.cause)
    if ('code' in at && typeof at.code === 'string') deepest = at.code;
  return deepest;
}
