import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Client from 'undici/lib/dispatcher/client.js';
import { CERTIFICATE_REQUIRED, type NoPass } from '../../domain/cut/verdict.ts';
import { scrub } from '../scrub.ts';

/** A client certificate that a call presents, PEM; the control of a proof has none (I8). */
export type PresentedLeaf = { certificateChain?: string; privateKey?: string };

/** One call: `path` may have a query. */
export type Asked = {
  method: 'GET' | 'POST';
  base: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
};

/**
 * Makes one call over a new TLS session: no pooling, no resumption (I8). `timeoutMs` is for the whole call, from the name
 * look-up to the answer's end, and `read` has to read the answer within it. Never throws for anything the network or the
 * host does: that is a verdict, and no pass (I9).
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
    // The index would add it to the client as a method.
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

/** The JSON of an answer, or undefined when it is too long or none. */
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

/** The TLS alerts that can only be about the caller's certificate (RFC 8446, 6.2): a server is sent no other. */
const CERTIFICATE_ALERT =
  /_ALERT_(CERTIFICATE_REQUIRED|UNKNOWN_CA|(?:BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:EXPIRED|REVOKED|UNKNOWN))$/;

/**
 * An alert for want of a certificate is the refusal that it says it is. One about a certificate that was presented
 * keeps a name of its own: it turns the caller away, but the API's word for a missing anchor is a 401 (F11).
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

/** What the network does to a call that is in order: a name that does not exist, or a certificate of the host's, stays as it is. */
const CONNECTION: readonly string[] = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
  'UND_ERR_SOCKET',
];

/** Nothing is known, and why. */
export const inconclusive = (why: string): NoPass => ({ kind: 'inconclusive', why });

/** Nothing is known by now: it may be otherwise in a moment. */
export const passing = (why: string): NoPass => ({ kind: 'inconclusive', why, passing: true });

/** The same of an answer that is neither a pass nor a refusal, by its HTTP status: 429 and 5xx pass by themselves (F11, F12). */
export const inconclusiveAnswer = (statusCode: number, why: string): NoPass =>
  statusCode === 429 || statusCode >= 500 ? passing(why) : inconclusive(why);
