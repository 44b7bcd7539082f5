import { constants } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type PresentedChain, presentedBy } from '../certificates/presented-chain.ts';

/** A host's own certificate and key (PEM), valid in real time: TLS itself knows no virtual clock. */
export type HostIdentity = { cert: string; key: string };

/** A server that asks every caller for a certificate, and takes any or none: trust is decided per request. */
export const createMutualTlsServer = (identity: HostIdentity, listener: RequestListener): Server =>
  createServer(
    {
      ...identity,
      requestCert: true,
      rejectUnauthorized: false,
      // No list of acceptable CAs: a caller sends whatever it has.
      ca: [],
      // A resumed session would not carry the intermediates of the first handshake.
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    listener,
  );

/** Reads the chain that a request's connection was opened with, once for each connection; null where there is none. */
export function createChainReader(): (request: IncomingMessage) => PresentedChain | null {
  const chains = new WeakMap<object, PresentedChain | null>();
  return ({ socket }) => {
    if (!chains.has(socket)) chains.set(socket, presentedBy(socket as TLSSocket));
    return chains.get(socket) ?? null;
  };
}
