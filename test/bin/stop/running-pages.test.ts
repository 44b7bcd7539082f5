import { createServer } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, it, onTestFinished } from 'vitest';
import { stackIn } from '../../../bin/account/machine.ts';
import { runningOf } from '../../../bin/execution/running.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:windlass-acme';
const RUNS = 'arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:soaking';

/**
 * ListExecutions says: "This is only an upper limit. The actual number of results returned per call might be
 * fewer than the specified maximum", and "If nextToken is returned, there are more results available". It
 * applies a filter only to what a page has looked at.
 */
async function listing(pages: object[]) {
  const server = createServer(async (request, reply) => {
    const { nextToken = '0' } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    reply.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    reply.end(JSON.stringify(pages[Number(nextToken)]));
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return new SFNClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
  });
}

it('stop, status and follow find the run that soaks on whatever page of the list it is', async () => {
  const soaking = {
    executionArn: RUNS,
    stateMachineArn: MACHINE,
    name: 'soaking',
    status: 'RUNNING',
    startDate: 1,
  };
  const client = await listing([{ executions: [], nextToken: '1' }, { executions: [soaking] }]);
  const stack = stackIn(MACHINE);
  if (!stack) throw new Error('it is an ARN');
  expect(await runningOf(client, stack)).toEqual([RUNS]);
});
