import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';

export type Heard = { method: string; url: string; authorization: string; body: string };

/** What to answer: a body (an object is sent as JSON), or a function that answers by itself. */
export type Answer =
  | { status?: number; body: unknown; headers?: Record<string, string> }
  | ((response: ServerResponse) => void);

/**
 * An HTTP server that gives its nth answer to the nth call, and the last answer from then on. `heard` records
 * the calls.
 */
export async function scriptedApi(...answers: Answer[]) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    heard.push({ ...lineOf(request), body: await text(request) });
    const answer = answers[Math.min(heard.length, answers.length) - 1];
    if (typeof answer === 'function') return answer(response);
    const { status = 200, body, headers } = answer ?? { body: null };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}/v1`, heard };
}

/** The adapter at a scripted API. It makes one attempt for each call, so an error is seen at once. */
export const certificatesAnswering = (...answers: Answer[]) => certificatesWithin(500, ...answers);

/**
 * As {@link certificatesAnswering}, with a time limit for each call. A loaded machine needs time for
 * megabytes.
 */
export async function certificatesWithin(timeoutMs: number, ...answers: Answer[]) {
  const api = await scriptedApi(...answers);
  const certificates = openaiCertificates({
    baseURL: api.url,
    credential: async () => ({ apiKey: ADMIN_KEY, origin: 'the admin secret acme/admin' }),
    maxRetries: 0,
    timeoutMs,
  });
  return { certificates, ...api };
}

export const ADMIN_KEY = 'sk-admin-Recognizable0123456789';

/** One listed anchor as the API writes it. */
export const listed = (id: string, extra: object = {}) => ({
  object: 'organization.certificate',
  id,
  name: 'acme-root@2026-11',
  created_at: 1_700_000_000,
  certificate_details: { valid_at: 1_700_000_000, expires_at: 1_800_000_000 },
  active: true,
  ...extra,
});

/** One page as the API writes it. */
export const page = (data: unknown[], has_more = false, last_id: unknown = null) => ({
  body: { object: 'list', data, first_id: null, last_id, has_more },
});

/** An error as the API writes it. */
export const refusal = (
  status: number,
  code: string | null,
  message: string,
  param: string | null = null,
) => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param, code } },
});

const lineOf = ({ method = '', url = '', headers }: IncomingMessage) => ({
  method,
  url,
  authorization: headers.authorization ?? '',
});
