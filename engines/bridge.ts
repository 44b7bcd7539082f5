import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { FunctionError } from '../simulation/functions/lambda-function.ts';
import { listenOnLoopback } from '../simulation/served/loopback.ts';

/** What an engine in another process reaches of an environment. */
export type Behind = {
  /** Runs a function by its ARN. Throws `FunctionError`. */
  invoke(resource: string, input: unknown): Promise<unknown>;
  /** The address where S3 is served. */
  objectsEndpoint: string;
  /** Lets time pass: for a Wait state, or before another attempt. */
  pass(why: 'wait' | 'retry', seconds: number): Promise<void>;
};

export type Bridge = { url: string; close(): Promise<void> };

/** Serves on 127.0.0.1 what the engine needs: Lambda's Invoke, S3 and time, each below a path of its own. */
export async function openBridge(behind: () => Behind): Promise<Bridge> {
  const server = createServer((request, response) => {
    void reply(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  // No timeout: a wait may last as long as the work that runs within it.
  server.requestTimeout = 0;

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/' } = request;
    const [, service = '', ...rest] = url.split('/');
    if (service === 's3') return handOn(`${behind().objectsEndpoint}/${rest.join('/')}`, response);
    const body = await text(request);
    if (service === 'lambda') return invoke(decodeURIComponent(rest[2] ?? ''), body, response);
    const { why, seconds } = JSON.parse(body) as { why: 'wait' | 'retry'; seconds: number };
    await behind().pass(why, seconds);
    response.end();
  }

  async function invoke(resource: string, input: string, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    try {
      response.end(JSON.stringify((await behind().invoke(resource, JSON.parse(input))) ?? null));
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(error.message);
    }
  }

  const { port, close } = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, close };
}

async function handOn(url: string, response: ServerResponse): Promise<void> {
  const answer = await fetch(url);
  const type = answer.headers.get('content-type') ?? 'application/json';
  response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
}
