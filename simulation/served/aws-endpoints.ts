import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { AwsFault, type AwsOperations, type JsonObject } from '../world/aws-operations.ts';
import type { EventStore } from '../world/event-store.ts';
import type { ExecutionStore } from '../world/execution-store.ts';
import type { ScheduleStore } from '../world/schedule-store.ts';
import type { SecretStore } from '../world/secret-store.ts';
import { type Interception, interpose } from './interception.ts';
import { listenOnLoopback } from './loopback.ts';
import { isOwnCall } from './user-agent.ts';

/** One AWS call as it arrived, by the name of its action. */
export type AwsCall = {
  service: 'secretsmanager' | 'scheduler' | 'states' | 'events';
  operation: string;
  body: JsonObject;
};

/** A call that was answered, without its body, which may hold a secret (I14). */
type LoggedAwsCall = { service: string; operation: string; status: number };

/**
 * The stores that answer the calls of each service. The functions ask of executions only whether they run.
 */
export type AwsStores = {
  secrets: SecretStore;
  schedules: ScheduleStore;
  events: EventStore;
  executions: { operations: Pick<ExecutionStore['operations'], 'DescribeExecution'> };
};

/** Asked once for each call of a function, before it is answered. */
export type AwsIntercept = (call: AwsCall) => Promise<Interception> | Interception;

/**
 * Serves the few AWS calls that the handlers and the simulated clients make, on 127.0.0.1, to the real SDKs.
 * `url` is the value of `AWS_ENDPOINT_URL_SECRETS_MANAGER`, `…_SCHEDULER`, `…_EVENTBRIDGE` and `…_SFN`.
 */
export async function startAwsEndpoints(stores: AwsStores, intercept?: AwsIntercept) {
  const calls: LoggedAwsCall[] = [];
  const servicesOf: Record<AwsCall['service'], Partial<AwsOperations<string>>> = {
    secretsmanager: stores.secrets.operations,
    scheduler: stores.schedules.operations,
    states: stores.executions.operations,
    events: stores.events.operations,
  };
  const server = createServer((request, response) => {
    void reply(request, response).catch(() => response.destroy());
  });

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Node's own Date header has real time, and the SDKs would set their clocks by it.
    response.sendDate = false;
    const call = readCall(request, await text(request));
    // Faults for the functions leave the simulated clients alone.
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
      const operation = servicesOf[call.service][call.operation];
      if (!operation)
        throw new AwsFault('ValidationException', 'The rehearsal does not answer this operation.');
      return { status: 200, body: operation(call.body) };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { status: error.status, body: { __type: error.name, Message: error.message } };
    }
  }

  const { port, close } = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, calls: calls as readonly LoggedAwsCall[], close };
}

/**
 * Reads a call. JSON 1.1 names the action in a header; the Scheduler is REST, and has a
 * schedule's name and group in the URL.
 */
function readCall({ url = '/', method = '', headers }: IncomingMessage, text: string): AwsCall {
  const body: JsonObject = text === '' ? {} : JSON.parse(text);
  const target = String(headers['x-amz-target'] ?? '');
  const operation = target.slice(target.indexOf('.') + 1);
  if (target.startsWith('secretsmanager.')) return { service: 'secretsmanager', operation, body };
  if (target.startsWith('AWSStepFunctions.')) return { service: 'states', operation, body };
  if (target.startsWith('AWSEvents.')) return { service: 'events', operation, body };
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const name = /^\/schedules\/([^/]+)$/.exec(pathname)?.[1];
  const GroupName = body.GroupName ?? searchParams.get('groupName') ?? undefined;
  return {
    service: 'scheduler',
    operation: (name && scheduleActions[method]) ?? '',
    body: { ...body, GroupName, Name: decodeURIComponent(name ?? '') },
  };
}

const scheduleActions: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};
