import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { type Behind, openBridge } from '../../engines/bridge.ts';
import { FunctionError } from '../../simulation/functions/lambda-function.ts';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Plan';

async function bridged(over: Partial<Behind>): Promise<string> {
  const behind: Behind = {
    invoke: async (resource, input) => ({ resource, input }),
    objectsEndpoint: 'http://127.0.0.1:1',
    pass: async () => {},
    ...over,
  };
  const { url, close } = await openBridge(() => behind);
  onTestFinished(close);
  return url;
}

const invoke = (url: string, input: unknown) =>
  fetch(`${url}/lambda/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`, {
    method: 'POST',
    body: JSON.stringify(input),
  });

it('invokes a function by its ARN, as Lambda does', async () => {
  const answer = await invoke(await bridged({}), { request: {} });
  expect(await answer.json()).toEqual({ resource: ARN, input: { request: {} } });
  expect(answer.headers.get('x-amz-function-error')).toBe(null);
});

it("hands a function's error on with its name and message", async () => {
  const error = { errorType: 'ApiRefused', errorMessage: 'no', trace: [] };
  const url = await bridged({ invoke: () => Promise.reject(new FunctionError(error)) });
  const answer = await invoke(url, {});
  expect([answer.status, answer.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
  expect(await answer.json()).toEqual(error);
});

it('takes whatever is no error of a function for a mistake of its own', async () => {
  const url = await bridged({ invoke: () => Promise.reject(new Error('nothing runs this')) });
  expect((await invoke(url, {})).status).toBe(500);
});

it('reads objects where S3 is served, and lets time pass where the clock is', async () => {
  const store = createServer((request, response) => response.end(JSON.stringify(request.url)));
  const { port, close } = await listenOnLoopback(store);
  onTestFinished(close);
  const passed: unknown[] = [];
  const url = await bridged({
    objectsEndpoint: `http://127.0.0.1:${port}`,
    pass: async (...asked) => void passed.push(asked),
  });
  const object = await fetch(`${url}/s3/bucket/rotations/1.json?versionId=v1`);
  expect(await object.json()).toBe('/bucket/rotations/1.json?versionId=v1');
  await fetch(`${url}/time`, { method: 'POST', body: JSON.stringify({ why: 'retry', seconds: 30 }) });
  expect(passed).toEqual([['retry', 30]]);
});
