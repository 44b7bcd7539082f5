import { createServer } from 'node:http';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';

type Ending = { status: string; error?: string; cause?: string; input?: string; output?: string };
type Call = { action: string; body: Record<string, unknown> };

const STARTED = 1_793_610_000;

/**
 * Serves the part of Step Functions that `windlass rotate` uses, in its JSON protocol. One execution shows
 * its history a few events at a time. Then it ends as told, or never. `calls` records what was asked.
 */
export async function serveStepFunctions(story: {
  history?: readonly object[];
  ending?: Ending;
  /** The progress of a distributed Map. */
  counts?: object;
  /** Happens before a start is answered. */
  beforeStart?: () => Promise<unknown>;
  refuse?: { action: string; type: string; message: string; status?: number; times?: number };
}) {
  const { history = [], ending, refuse } = story;
  const calls: Call[] = [];
  let shown = 0;
  let refusals = refuse?.times ?? Number.POSITIVE_INFINITY;

  const answers: Record<string, (body: Record<string, unknown>) => object> = {
    StartExecution: ({ stateMachineArn, name }) => ({
      executionArn: `${String(stateMachineArn).replace('stateMachine', 'execution')}:${name}`,
      startDate: STARTED,
    }),
    DescribeExecution: ({ executionArn }) => {
      const isOver = ending !== undefined && shown >= history.length;
      const about = { executionArn, stateMachineArn: 'arn', startDate: STARTED };
      return isOver ? { ...about, ...ending, stopDate: STARTED + 60 } : { ...about, status: 'RUNNING' };
    },
    GetExecutionHistory: () => {
      shown = Math.min(history.length, shown + 3);
      const events = history
        .slice(0, shown)
        .map((event, i) => ({ id: i + 1, timestamp: STARTED + i, ...event }));
      return { events: events.reverse() };
    },
    DescribeMapRun: () => ({ itemCounts: story.counts ?? {} }),
  };

  const server = createServer(async (request, reply) => {
    const action = String(request.headers['x-amz-target']).replace('AWSStepFunctions.', '');
    const chunks = await request.toArray();
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    calls.push({ action, body });
    if (action === 'StartExecution') await story.beforeStart?.();
    const isRefused = refuse?.action === action && refusals-- > 0;
    reply.writeHead(isRefused ? (refuse.status ?? 400) : 200, {
      'content-type': 'application/x-amz-json-1.0',
    });
    const answer = isRefused
      ? { __type: `com.amazonaws.states#${refuse.type}`, message: refuse.message }
      : answers[action]?.(body);
    reply.end(JSON.stringify(answer ?? {}));
  });
  const { port, close } = await listenOnLoopback(server);
  return { url: `http://127.0.0.1:${port}`, calls, close };
}

/** A history event of entering a state with a document. */
export const entered = (type: string, name: string, document: object = {}) => ({
  type,
  stateEnteredEventDetails: { name, input: JSON.stringify(document) },
});
