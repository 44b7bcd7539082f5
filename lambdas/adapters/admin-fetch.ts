import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';

/** Statuses whose Response may not have a body at all. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * A `fetch` that presents the admin credential's own client certificate (F10). Node's global fetch cannot: its
 * certificate comes from undici's Agent, whose package does not fit in a bundle beside the API client. It does what
 * the API client asks of a fetch and no more: https, text bodies, no redirects.
 */
export function adminFetch(certificate: { certificateChain: string; privateKey: string }): typeof fetch {
  const agent = new Agent({
    cert: certificate.certificateChain,
    key: certificate.privateKey,
    keepAlive: true,
  });
  return (input, init) =>
    new Promise((resolve, reject) => {
      const call = request(
        String(input),
        {
          agent,
          method: init?.method ?? 'GET',
          headers: Object.fromEntries(new Headers(init?.headers)),
          ...(init?.signal ? { signal: init.signal } : {}),
        },
        (answer) => {
          const status = answer.statusCode ?? 0;
          const headers = new Headers(
            Object.entries(answer.headers).map(([name, value]) => [name, `${value}`]),
          );
          if (WITHOUT_BODY.has(status)) answer.resume();
          const body = WITHOUT_BODY.has(status) ? null : (Readable.toWeb(answer) as ReadableStream);
          resolve(new Response(body, { status, headers }));
        },
      );
      call.once('error', reject);
      call.end(init?.body ?? undefined);
    });
}
