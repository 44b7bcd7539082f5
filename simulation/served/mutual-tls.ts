import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type PresentedChain, presentedBy } from '../certificates/presented-chain.ts';
import { newRequestId } from './request-id.ts';

/** A host's own certificate and key (PEM), valid in real time: TLS itself knows no virtual clock. */
export type HostIdentity = { cert: string; key: string };

/**
 * A server that asks every caller for a certificate, and takes any or none: trust is decided per request. As a real edge does
 * it lets sessions be resumed, and then the caller is who it was when the session began, whatever it would present now.
 */
export const createMutualTlsServer = (identity: HostIdentity, listener: RequestListener): Server =>
  createServer(
    {
      ...identity,
      requestCert: true,
      rejectUnauthorized: false,
      // No list of acceptable CAs: a caller sends whatever it has.
      ca: [],
      sessionIdContext: 'windlass',
    },
    (request, reply) => {
      reply.setHeader('x-request-id', newRequestId());
      listener(request, reply);
    },
  );

/** Reads the chain that a request's connection was opened with, once for each connection; null where there is none. */
export function createChainReader(): (request: IncomingMessage) => PresentedChain | null {
  const chains = new WeakMap<object, PresentedChain | null>();
  const whole = new Map<string, PresentedChain>();
  return (request) => {
    const socket = request.socket as TLSSocket;
    const known = chains.get(socket);
    if (known !== undefined) return known;
    const chain = presentedBy(socket);
    // A resumed session has the leaf of the first handshake, and not the intermediates that came with it.
    const resumed = chain && socket.isSessionReused() ? whole.get(chain.leaf.fingerprint256) : undefined;
    if (chain && !socket.isSessionReused()) whole.set(chain.leaf.fingerprint256, chain);
    chains.set(socket, resumed ?? chain);
    return resumed ?? chain;
  };
}
