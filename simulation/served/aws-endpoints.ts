import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type AwsCall, AwsFault, type JsonObject } from './aws-call.ts';
import type { ExecutionStore } from './executions-endpoint.ts';
import { type Interception, interpose } from './interception.ts';
import { listenOnLoopback } from './loopback.ts';
import type { ScheduleStore } from './scheduler-endpoint.ts';
import type { SecretStore } from './secrets-endpoint.ts';
import { isOwnCall } from './user-agent.ts';

/** A call that was answered, without its body: that may hold a secret (I14). */
export type LoggedAwsCall = { service: string; operation: string; status: number };

/** What answers the calls of each service. */
export type AwsStores = { secrets: SecretStore; schedules: ScheduleStore; executions: ExecutionStore };

/** Asked once for each call of a function, before it is answered. */
export type AwsIntercept = (call: AwsCall) => Promise<Interception> | Interception;

/**
 * Serves the few AWS calls that the handlers and the simulated clients make, on 127.0.0.1, to the real SDKs.
 * `url` is what `AWS_ENDPOINT_URL_SECRETS_MANAGER`, `…_SCHEDULER` and `…_SFN` are set to.
 */
export async function startAwsEndpoints(stores: AwsStores, intercept?: AwsIntercept) {
  const calls: LoggedAwsCall[] = [];
  const storeOf = { secretsmanager: stores.secrets, scheduler: stores.schedules, states: stores.executions };
  const server = createServer((request, response) => {
    void reply(request, response).catch(() => response.destroy());
  });

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Node's own Date header tells real time, and the SDKs would set their clocks by it.
    response.sendDate = false;
    const call = readCall(request, await text(request));
    // What gets in the way of the functions leaves the simulated clients alone.
    const instead = isOwnCall(request) ? undefined : await intercept?.(call);
    await interpose(instead, request, response, () => respond(call, response));
  }

  function respond(call: AwsCall, response: ServerResponse): void {
    const { status, body } = answer(call);
    calls.push({ service: call.service, operation: call.operation, status });
    const headers: Record<string, string> = { 'content-type': 'application/x-amz-json-1.1' };
    if (status >= 400) headers['x-amzn-errortype'] = String(body.__type);
    response.writeHead(status, headers).end(JSON.stringify(body));
  }

  function answer(call: AwsCall): { status: number; body: JsonObject } {
    try {
      return { status: 200, body: storeOf[call.service].answer(call) };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { status: error.status, body: { __type: error.name, Message: error.message } };
    }
  }

  const { port, close } = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, calls: calls as readonly LoggedAwsCall[], close };
}

function readCall(request: IncomingMessage, body: string): AwsCall {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const target = String(request.headers['x-amz-target'] ?? '');
  const shared = { path: pathname, query: searchParams, body: body === '' ? {} : JSON.parse(body) };
  const operation = target.slice(target.indexOf('.') + 1);
  if (target.startsWith('secretsmanager.')) return { service: 'secretsmanager', operation, ...shared };
  return target.startsWith('AWSStepFunctions.')
    ? { service: 'states', operation, ...shared }
    : { service: 'scheduler', operation: request.method ?? '', ...shared };
}
