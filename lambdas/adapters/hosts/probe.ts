import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Client from 'undici/lib/dispatcher/client.js';
import * as z from 'zod';
import { CERTIFICATE_REQUIRED, certificateRefusals, type Verdict } from '../../domain/cut/verdict.ts';
import { probePathFromEnvironment } from '../environment.ts';
import { scrub } from '../scrub.ts';

/** What a probe presents: always an API key, and a client certificate unless it is the control (I8). */
export type Presented = { apiKey: string; certificateChain?: string; privateKey?: string };

/**
 * One real call to an mTLS base URL (such as `https://mtls.api.openai.com/v1`) over a new TLS session: no pooling,
 * no resumption (I8). Never throws for anything the network or the host does: that is an inconclusive verdict (I9).
 */
export type Probe = (host: string, presented: Presented) => Promise<Verdict>;

/** The route that any project's key may be allowed to read, with the scope `api.model.read`. */
const MODELS = '/models';

/**
 * Probes with `GET {host}{path}`; `timeoutMs` is for the whole call, from the name look-up to the answer's end. A client's
 * key may not be allowed the default route: any other GET that answers it with a 2xx proves as much.
 */
export function undiciProbe({ timeoutMs, path = MODELS }: { timeoutMs: number; path?: string }): Probe {
  return async (host, presented) => {
    try {
      const url = new URL(`${host.replace(/\/+$/, '')}${path}`);
      if (url.protocol !== 'https:') return inconclusive(`${host} is not https, so it proves nothing`);
      return await callOnce(url, presented, timeoutMs);
    } catch (error) {
      return failedCall(error, presented, timeoutMs);
    }
  };
}

/** The probe as the steps use it. */
export const probeFromEnvironment = (): Probe =>
  undiciProbe({ timeoutMs: 10_000, path: probePathFromEnvironment() });

async function callOnce(url: URL, presented: Presented, timeoutMs: number): Promise<Verdict> {
  const { apiKey, certificateChain, privateKey } = presented;
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
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return await judge(answer, presented);
  } finally {
    await client.destroy();
  }
}

const mtlsCodes: readonly string[] = [CERTIFICATE_REQUIRED, ...certificateRefusals];

/** Only a 2xx is a pass, and only F11's own codes are a refusal: anything else says nothing about the certificate. */
async function judge(
  { statusCode, body }: Dispatcher.ResponseData,
  { apiKey, certificateChain = '', privateKey = '' }: Presented,
): Promise<Verdict> {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'accepted' };
  const { code, message } = await readError(body);
  if (statusCode === 401 && code && mtlsCodes.includes(code)) return { kind: 'refused', code };
  const said = scrub(`${statusCode} ${code ?? ''} ${message ?? ''}`, [apiKey, certificateChain, privateKey]);
  if (statusCode === 401) return inconclusive(`the client's API key was refused: ${said}`);
  if (statusCode >= 300 && statusCode < 400) return inconclusive(`a redirect, which proves nothing: ${said}`);
  return inconclusive(`the host answered ${said}`);
}

const MAX_ERROR_BYTES = 64 * 1024;
const errorBody = z.looseObject({
  error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }),
});

type ApiError = z.infer<typeof errorBody>['error'];

/** The error of a refusal, or none when its body is too long or not the API's. */
async function readError(body: AsyncIterable<Uint8Array>): Promise<Partial<ApiError>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ERROR_BYTES) return {};
    chunks.push(chunk);
  }
  try {
    return errorBody.parse(JSON.parse(Buffer.concat(chunks).toString())).error;
  } catch {
    return {};
  }
}

/** The TLS alerts that can only be about the caller's certificate (RFC 8446, 6.2): a server is sent no other. */
const CERTIFICATE_ALERT =
  /_ALERT_(CERTIFICATE_REQUIRED|UNKNOWN_CA|(?:BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:EXPIRED|REVOKED|UNKNOWN))$/;

/**
 * An alert for want of a certificate is the refusal that it says it is. One about a certificate that was presented
 * keeps a name of its own: it turns the caller away, but the API's word for a missing anchor is a 401 (F11).
 */
function failedCall(error: unknown, { certificateChain }: Presented, timeoutMs: number): Verdict {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  const alert = CERTIFICATE_ALERT.exec(String(code))?.[1]?.toLowerCase();
  if (alert === CERTIFICATE_REQUIRED) return { kind: 'refused', code: CERTIFICATE_REQUIRED };
  if (alert && certificateChain) return { kind: 'refused', code: `tls_alert_${alert}` };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return inconclusive(`no answer within ${timeoutMs} ms`);
  return inconclusive(`the call failed: ${scrub(String(code ?? name ?? 'unknown'))}`);
}

const inconclusive = (why: string): Verdict => ({ kind: 'inconclusive', why });
