import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';

/** Statuses whose Response must not have a body. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Returns a `fetch` that presents the admin credential's own client certificate (F10). Node's global fetch
 * cannot: it would need undici's Agent, whose package does not fit into a bundle beside the API client. It
 * supports only what the API client needs: https, text bodies, no redirects.
 */
export function adminFetch(certificate: { certificateChain: string; privateKey: string }): typeof fetch {
  const agent = new Agent({
    cert: certificate.certificateChain,
    key: certificate.privateKey,
    keepAlive: true,
  });
  return (input, init) =>
    new Promise((resolve, reject) => {
      const call = request(String(input), {
        agent,
        method: init?.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(init?.signal ? { signal: init.signal } : {}),
      });
      call.once('response', (answer) => {
        // An error thrown here would end the process. A status that no Response can have is no answer.
        try {
          resolve(responseOf(answer));
        } catch (error) {
          answer.destroy();
          reject(error);
        }
      });
      call.once('error', reject);
      // An answer that asks for another protocol closes the connection without an error.
      call.once('close', () => reject(new Error('the connection was closed without an answer')));
      call.end(init?.body ?? undefined);
    });
}

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers(Object.entries(answer.headers).map(([name, value]) => [name, `${value}`]));
  if (WITHOUT_BODY.has(status)) answer.resume();
  const body = WITHOUT_BODY.has(status) ? null : (Readable.toWeb(answer) as ReadableStream);
  return new Response(body, { status, headers });
}
