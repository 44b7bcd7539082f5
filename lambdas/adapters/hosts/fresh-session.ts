import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Client from 'undici/lib/dispatcher/client.js';
import { CERTIFICATE_REQUIRED, type NoPass } from '../../domain/cut/verdict.ts';
import { scrub } from '../scrub.ts';

/** A client certificate that a call presents, in PEM. The control of a proof presents none (I8). */
export type PresentedLeaf = { certificateChain?: string; privateKey?: string };

/** One call. `path` may have a query. */
export type Asked = {
  method: 'GET' | 'POST';
  base: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
};

/**
 * Makes one call over a new TLS session, without pooling or resumption (I8). `timeoutMs` limits the whole
 * call, from the name look-up to the end of the answer, so `read` has to finish within it. Never throws for
 * what the network or the host does: that is a verdict, and no pass (I9).
 */
export async function onFreshSession<T>(
  { base, path, ...asked }: Asked,
  leaf: PresentedLeaf,
  timeoutMs: number,
  read: (answer: Dispatcher.ResponseData) => Promise<T>,
): Promise<T | NoPass> {
  try {
    const url = new URL(`${base.replace(/\/+$/, '')}${path}`);
    if (url.protocol !== 'https:') return inconclusive(`${base} is not https, so it proves nothing`);
    return await callOnce(url, asked, leaf, timeoutMs, read);
  } catch (error) {
    return failedCall(error, leaf, timeoutMs);
  }
}

async function callOnce<T>(
  url: URL,
  asked: Pick<Asked, 'method' | 'headers' | 'body'>,
  { certificateChain, privateKey }: PresentedLeaf,
  timeoutMs: number,
  read: (answer: Dispatcher.ResponseData) => Promise<T>,
): Promise<T> {
  const client = new Client(url.origin, {
    allowH2: false,
    maxCachedSessions: 0,
    connect: {
      timeout: timeoutMs,
      ...(certificateChain && privateKey ? { cert: certificateChain, key: privateKey } : {}),
    },
  });
  try {
    // Called this way because undici's index, which would add `request` to the client as a method, is not
    // loaded.
    const answer = await request.call(client, {
      ...asked,
      path: `${url.pathname}${url.search}`,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return await read(answer);
  } finally {
    await client.destroy();
  }
}

const MAX_BYTES = 64 * 1024;

/** Returns the JSON of an answer; undefined when it is too long or is no JSON. */
export async function readJson(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

/**
 * The TLS alerts that can only concern the caller's certificate (RFC 8446, 6.2): a server is sent no other.
 */
const CERTIFICATE_ALERT =
  /_ALERT_(CERTIFICATE_REQUIRED|UNKNOWN_CA|(?:BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:EXPIRED|REVOKED|UNKNOWN))$/;

/**
 * Returns the verdict for a failed call. An alert for a missing certificate is the refusal
 * `certificate_required`. An alert about a presented certificate turns the caller away, but gets a name of
 * its own: for a missing anchor, the API answers with a 401 (F11).
 */
function failedCall(error: unknown, { certificateChain }: PresentedLeaf, timeoutMs: number): NoPass {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  const alert = CERTIFICATE_ALERT.exec(String(code))?.[1]?.toLowerCase();
  if (alert === CERTIFICATE_REQUIRED) return { kind: 'refused', code: CERTIFICATE_REQUIRED };
  if (alert && certificateChain) return { kind: 'refused', code: `tls_alert_${alert}` };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return passing(`no answer within ${timeoutMs} ms`);
  const why = `the call failed: ${scrub(String(code ?? name ?? 'unknown'))}`;
  return CONNECTION.includes(String(code)) ? passing(why) : inconclusive(why);
}

/**
 * Errors with which the network may end a call that is in order. An unknown host name, or a bad certificate
 * of the host, does not go away by itself and is not among them.
 */
const CONNECTION: readonly string[] = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
  'UND_ERR_SOCKET',
];

/** Returns the verdict that nothing is known, and why. */
export const inconclusive = (why: string): NoPass => ({ kind: 'inconclusive', why });

/** Returns the verdict that nothing is known for now: it may change in a moment. */
export const passing = (why: string): NoPass => ({ kind: 'inconclusive', why, passing: true });

/**
 * Returns the verdict for an answer that is neither a pass nor a refusal, by its HTTP status: 429 and 5xx
 * pass by themselves (F11, F12).
 */
export const inconclusiveAnswer = (statusCode: number, why: string): NoPass =>
  statusCode === 429 || statusCode >= 500 ? passing(why) : inconclusive(why);
