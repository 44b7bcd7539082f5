import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Lets a server listen on 127.0.0.1, by default on a free port, until `close`, which cuts open connections.
 */
export async function listenOnLoopback(
  server: Server | SecureServer | Http2SecureServer,
  wanted = 0,
): Promise<{ port: number; close(): Promise<void> }> {
  // Idle connections are never dropped: a request on its way at that moment would count as failed.
  Object.assign(server, { keepAliveTimeout: 0 });
  const cut = createCut(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(wanted, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/**
 * Returns a function that cuts every connection of a server. A server that speaks
 * HTTP/2 keeps no list of them itself.
 */
function createCut(server: Server | SecureServer | Http2SecureServer): () => void {
  if ('closeAllConnections' in server) return () => server.closeAllConnections();
  const open = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
