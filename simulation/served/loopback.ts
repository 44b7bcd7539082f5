import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';

/** A server that listens on 127.0.0.1, on a free port unless told, until `close`, which cuts what is still open. */
export async function listenOnLoopback(
  server: Server | SecureServer,
  wanted = 0,
): Promise<{ port: number; close(): Promise<void> }> {
  // A server that drops idle connections now and then meets a request on its way: that would count as failed.
  server.keepAliveTimeout = 0;
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
        server.closeAllConnections();
      }),
  };
}
