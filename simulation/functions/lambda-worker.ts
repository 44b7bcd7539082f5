import { AsyncLocalStorage } from 'node:async_hooks';
import { setDefaultCACertificates } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { installVirtualDate, joinVirtualClock, skewed } from '../time/virtual-clock.ts';
import { installVirtualTimers } from '../time/virtual-timers.ts';

/** The bundled handler's file URL, and the environment variables that it sees. */
export type FunctionCode = { entry: string; environment: Record<string, string> };

/**
 * The data with which a worker is started: its functions by name, the PEMs that they trust as TLS roots,
 * and the time. `skew` is a cell with the milliseconds by which their own clock is ahead. With `hurried`
 * their waits pass in virtual time.
 */
export type LambdaBirth = {
  functions: Record<string, FunctionCode>;
  trusted: string[];
  clock: SharedArrayBuffer;
  skew?: SharedArrayBuffer | undefined;
  hurried: boolean;
};

/**
 * What a worker is told: an invocation, or a function to load, or to let a guard run out. Payloads
 * are JSON text, as on the wire.
 */
export type Order = Invocation | { load: string } | 'expire';
export type Invocation = { id: number; event: string; functionName: string; deadline: number };
export type Message = { loaded: string } | Outcome;
export type Outcome = { id: number } & ({ payload: string } | { error: LambdaError });

/** A failed invocation as Lambda hands it to Step Functions. */
export type LambdaError = { errorType: string; errorMessage: string; trace: string[] };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { functions, trusted, clock, skew, hurried } = workerData as LambdaBirth;
const virtual = joinVirtualClock(clock);
const timers = hurried ? installVirtualTimers(virtual) : undefined;
// All of this comes before a handler is imported: a bundle may keep `Date.now` or
// open a TLS agent while it loads.
installVirtualDate(skew ? skewed(virtual, skew) : virtual);
setDefaultCACertificates(trusted);
// Functions that share this thread see only their own variables, from the first line of their bundle on.
const variables = new AsyncLocalStorage<Record<string, string>>();
Object.defineProperty(process, 'env', { get: () => variables.getStore() ?? {} });

const loading = new Map<string, Promise<{ handler: Handler }>>();

/** A function's handler, imported when it is first needed. */
function loaded(name: string): Promise<{ handler: Handler }> {
  const { entry = '' } = functions[name] ?? {};
  const module = loading.get(name) ?? import(entry);
  loading.set(name, module);
  return module;
}

parentPort?.on('message', (order: Order) => {
  if (order === 'expire') return timers?.expire();
  const name = 'load' in order ? order.load : order.functionName;
  const act = async () => parentPort?.postMessage('load' in order ? await load(name) : await run(order));
  void variables.run(functions[name]?.environment ?? {}, act);
});

/** Loads a handler. Where that fails, the first invocation reports it. */
const load = async (name: string): Promise<Message> =>
  loaded(name).then(
    () => ({ loaded: name }),
    () => ({ loaded: name }),
  );

async function run({ id, event, functionName, deadline }: Invocation): Promise<Outcome> {
  try {
    const { handler } = await loaded(functionName);
    const result = await handler(JSON.parse(event), contextOf(id, functionName, deadline));
    return { id, payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { id, error: describe(error) };
  }
}

function contextOf(id: number, functionName: string, deadline: number) {
  return {
    awsRequestId: `rehearsal-${id}`,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    memoryLimitInMB: '256',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'rehearsal',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - performance.timeOrigin - performance.now()),
  };
}

function describe(error: unknown): LambdaError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const trace = (error.stack ?? '').split('\n');
  return { errorType: error.name, errorMessage: error.message, trace };
}
