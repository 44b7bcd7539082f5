import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Simulation } from '../rehearsal/simulate/simulate.ts';
import { listenOnLoopback } from '../simulation/served/loopback.ts';

/**
 * Runs a CONNECT proxy that leads from the vendor's host names to a simulation. The official clients know no
 * other token host, and speak TLS with these names through it. `use` is given the proxy's URL. The proxy ends
 * when `use` has ended.
 */
export async function vendorNamesLedTo<T>(
  { mtlsBase, authBase }: Simulation,
  use: (proxy: string) => Promise<T>,
): Promise<T> {
  const ports: Record<string, string> = {
    'mtls.api.openai.com:443': new URL(mtlsBase).port,
    'mtls.auth.openai.com:443': new URL(authBase).port,
  };
  const open = new Set<Socket>();
  const server = createServer().on('connect', ({ url = '' }, socket: Socket) => {
    const port = ports[url];
    if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) open.add(one.on('error', () => one.destroy()));
  });
  const { port, close } = await listenOnLoopback(server);
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    for (const socket of open) socket.destroy();
    await close();
  }
}
