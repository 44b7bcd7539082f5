import { setDefaultCACertificates } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { installVirtualDate, joinVirtualClock, skewed } from '../time/virtual-clock.ts';
import { installVirtualTimers } from '../time/virtual-timers.ts';

/**
 * What a worker is started with: the bundled handler's file URL, the PEMs it trusts as TLS roots, and the time. `skew` is
 * one cell, the milliseconds its own clock is ahead, and with `hurried` its waits pass in virtual time.
 */
export type LambdaBirth = {
  entry: string;
  trusted: string[];
  clock: SharedArrayBuffer;
  skew?: SharedArrayBuffer | undefined;
  hurried: boolean;
};

/** One invocation on its way in, and its outcome on the way out; payloads are JSON text, as on the wire. */
export type Order = Invocation | 'expire';
export type Invocation = { id: number; event: string; functionName: string; deadline: number };
export type Message = 'loaded' | Outcome;
export type Outcome = { id: number } & ({ payload: string } | { error: LambdaError });

/** A failed invocation as Lambda hands it to Step Functions. */
export type LambdaError = { errorType: string; errorMessage: string; trace: string[] };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { entry, trusted, clock, skew, hurried } = workerData as LambdaBirth;
const virtual = joinVirtualClock(clock);
const timers = hurried ? installVirtualTimers(virtual) : undefined;
// All before the handler is imported: a bundle may keep `Date.now` or open a TLS agent while it loads.
installVirtualDate(skew ? skewed(virtual, skew) : virtual);
setDefaultCACertificates(trusted);
const loading: Promise<{ handler: Handler }> = import(entry);
// The first invocation reports a handler that does not load. Without this line the process would report it before.
loading.catch(() => {}).then(() => parentPort?.postMessage('loaded'));

parentPort?.on('message', async (order: Order) => {
  if (order === 'expire') return timers?.expire();
  const { id, event, functionName, deadline } = order;
  let outcome: Outcome;
  try {
    const { handler } = await loading;
    const result = await handler(JSON.parse(event), contextOf(id, functionName, deadline));
    outcome = { id, payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    outcome = { id, error: describe(error) };
  }
  parentPort?.postMessage(outcome);
});

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
