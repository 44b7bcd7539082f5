import { createServer } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, it, onTestFinished } from 'vitest';
import { startExecution } from '../../../bin/execution/execution.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme';

/**
 * Step Functions whose first answer is lost. The run has ended when the SDK asks again (a Plan that is `Busy`
 * takes seconds).
 */
async function startedAndOver() {
  const started: string[] = [];
  const server = createServer(async (request, reply) => {
    const { name } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const isKnown = started.includes(name);
    if (!isKnown) {
      started.push(name);
      return request.socket.destroy();
    }
    // The API reference gives this error where "the execution has the same name as another execution (but a
    // different input)", and for an execution that has ended.
    reply.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    reply.end(
      JSON.stringify({
        __type: 'com.amazonaws.states#ExecutionAlreadyExists',
        message: `Execution Already Exists: '${MACHINE.replace('stateMachine', 'execution')}:${name}'`,
      }),
    );
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    maxAttempts: 3,
  });
  return { client, started };
}

it('I13: rotate never says that nothing was started where an emergency was, and is over', async () => {
  const { client, started } = await startedAndOver();
  const request = { mode: 'emergency' as const, anchors: ['cert_leaked'], reason: 'leaked' };
  const told = await startExecution(client, MACHINE, request).catch((error: Error) => error.message);
  expect(started).toHaveLength(1);
  expect(told).not.toMatch(/nothing was started/);
});
