import type { IncomingMessage, RequestListener } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type PresentedChain, presentedBy } from '../certificates/presented-chain.ts';
import { newRequestId } from './request-id.ts';

/** A host's own certificate and key (PEM), valid in real time, since TLS itself knows no virtual clock. */
export type HostIdentity = { cert: string; key: string };

/**
 * A server that asks every caller for a certificate, and accepts any or none: trust is decided per request.
 * As a real edge does, it speaks HTTP/2 with callers that offer it, and lets sessions be resumed. A resumed
 * caller counts as who it was when the session began, whatever it would present now.
 */
export function createMutualTlsServer(identity: HostIdentity, listener: RequestListener): Http2SecureServer {
  const answer: RequestListener = (request, reply) => {
    reply.setHeader('x-request-id', newRequestId());
    listener(request, reply);
  };
  return createSecureServer(
    {
      ...identity,
      allowHTTP1: true,
      requestCert: true,
      rejectUnauthorized: false,
      // No list of acceptable CAs: a caller sends whatever it has.
      ca: [],
      sessionIdContext: 'windlass',
    },
    // A request and a reply of HTTP/2 are used as those of HTTP/1.1.
    answer as unknown as Parameters<typeof createSecureServer>[1],
  );
}

/**
 * Returns a reader of the chain with which a request's connection was opened, read once for each
 * connection; null where there is none.
 */
export function createChainReader(): (request: IncomingMessage) => PresentedChain | null {
  const chains = new WeakMap<object, PresentedChain | null>();
  const whole = new Map<string, PresentedChain>();
  return (request) => {
    const socket = connectionOf(request);
    const known = chains.get(socket);
    if (known !== undefined) return known;
    const chain = presentedBy(socket);
    // A resumed session has the leaf of the first handshake, but not the intermediates that came with it.
    const resumed = chain && socket.isSessionReused() ? whole.get(chain.leaf.fingerprint256) : undefined;
    if (chain && !socket.isSessionReused()) whole.set(chain.leaf.fingerprint256, chain);
    chains.set(socket, resumed ?? chain);
    return resumed ?? chain;
  };
}

/**
 * The connection of a request. All requests of one HTTP/2 session share it, under
 * a socket of each request's own.
 */
function connectionOf(request: IncomingMessage): TLSSocket {
  const { session } = (request as unknown as Partial<Http2ServerRequest>).stream ?? {};
  return (session?.socket ?? request.socket) as TLSSocket;
}
