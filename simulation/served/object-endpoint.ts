import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { AwsFault } from '../world/aws-operations.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { type Interception, interpose } from './interception.ts';
import { listenOnLoopback } from './loopback.ts';
import { isOwnCall } from './user-agent.ts';

/** Asked once for each call of a function, before it is answered. */
export type ObjectIntercept = () => Promise<Interception> | Interception;

/**
 * Serves the two calls of S3 that the functions make, by path, on 127.0.0.1; `url` is the
 * value of `AWS_ENDPOINT_URL_S3`.
 */
export async function startObjectEndpoint(store: ObjectStore, intercept?: ObjectIntercept) {
  const server = createServer((request, response) => {
    void reply(request, response).catch(() => response.destroy());
  });

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    const body = await text(request);
    const instead = isOwnCall(request) ? undefined : await intercept?.();
    await interpose(instead, request, response, () => respond(request, body, response));
  }

  function respond(request: IncomingMessage, body: string, response: ServerResponse): void {
    try {
      const at = aimOf(request);
      if (request.method === 'PUT')
        return void response.writeHead(200, { 'x-amz-version-id': store.put(at, body).VersionId }).end();
      const found = store.get(at);
      response.writeHead(200, { 'content-type': 'application/json' }).end(found);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      const { name, message, status } = error;
      const xml = `<?xml version="1.0"?><Error><Code>${name}</Code><Message>${message}</Message></Error>`;
      response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
    }
  }

  const { port, close } = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close };
}

/** The object that a call is about. The SDK puts the bucket into the path where the host is an address. */
function aimOf({ url = '/' }: IncomingMessage) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, Bucket = '', ...key] = pathname.split('/').map(decodeURIComponent);
  return { Bucket, Key: key.join('/'), VersionId: searchParams.get('versionId') ?? undefined };
}
