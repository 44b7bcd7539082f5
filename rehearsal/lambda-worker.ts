import { setDefaultCACertificates } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { installVirtualDate, joinVirtualClock } from './virtual-clock.ts';

/** What a worker is born with: the bundled handler's file URL, the PEMs it trusts as TLS roots, and the time. */
export type LambdaBirth = { entry: string; trusted: string[]; clock: SharedArrayBuffer };

/** One invocation on its way in, and its outcome on the way out; payloads are JSON text, as on the wire. */
export type Invocation = { id: number; event: string; functionName: string; deadline: number };
export type Message = 'loaded' | Outcome;
export type Outcome = { id: number } & ({ payload: string } | { error: LambdaError });

/** A failed invocation as Lambda hands it to Step Functions. */
export type LambdaError = { errorType: string; errorMessage: string; trace: string[] };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const { entry, trusted, clock } = workerData as LambdaBirth;
const virtual = joinVirtualClock(clock);
// Both before the handler is imported: a bundle may keep `Date.now` or open a TLS agent while it loads.
installVirtualDate(virtual);
setDefaultCACertificates(trusted);
const loading: Promise<{ handler: Handler }> = import(entry);
// The first invocation reports a handler that does not load; without this the process would report it first.
loading.catch(() => {}).then(() => parentPort?.postMessage('loaded'));

parentPort?.on('message', async ({ id, event, functionName, deadline }: Invocation) => {
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
