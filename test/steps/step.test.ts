import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { requestSchema } from '../../lambdas/domain/request.ts';
import { type LambdaContext, step } from '../../lambdas/step.ts';

const context: LambdaContext = {
  awsRequestId: 'request-1',
  functionName: 'windlass-verify',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:windlass-verify',
  memoryLimitInMB: '256',
};
const reads = z.object({
  execution: z.object({ id: z.string() }),
  plan: z.object({ scope: z.string() }),
  count: z.int(),
});
const writes = z.object({ scope: z.string() });
const event = { execution: { id: 'exec-1' }, plan: { scope: 'proj_a' }, count: 1, other: 'Recognizable' };

let lines: string[];
beforeEach(() => {
  lines = [];
  const keep = (chunk: string | Uint8Array) => lines.push(String(chunk)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => void vi.restoreAllMocks());

const failing = (error: unknown) =>
  step('verify', { reads, writes, ports: () => null }, async () => {
    throw error;
  });
const logged = () => lines.flatMap((line) => line.trim().split('\n')).map((line) => JSON.parse(line));

test('a step is never given up while it still works: only Lambda ends it, and with it whatever it was doing', async () => {
  const handler = step('verify', { reads, writes, ports: () => null }, async () => {
    await new Promise((done) => setTimeout(done, 60));
    return { scope: 'proj_a' };
  });
  const almostOver = { ...context, getRemainingTimeInMillis: () => 20 };
  expect(await handler(event, almostOver)).toEqual({ scope: 'proj_a' });
});

describe('what goes in and out', () => {
  test('the step gets the part it reads, and only what it may write comes out', async () => {
    const seen: unknown[] = [];
    const handler = step('verify', { reads, writes, ports: () => null }, async (_, input) => {
      seen.push(input);
      return { scope: input.plan.scope, certificate: 'Recognizable' };
    });
    expect(await handler(event, context)).toEqual({ scope: 'proj_a' });
    expect(seen).toEqual([{ execution: { id: 'exec-1' }, plan: { scope: 'proj_a' }, count: 1 }]);
  });

  test('an output that the document does not allow is an error', async () => {
    const handler = step('verify', { reads, writes, ports: () => null }, async () => ({
      scope: 7 as unknown as string,
    }));
    await expect(handler(event, context)).rejects.toThrow(/step verify .*scope/);
  });

  test('ports are made at first use and once for the container, after a failure again', async () => {
    const ports = vi.fn().mockImplementationOnce(() => {
      throw new WindlassError('InvalidConfiguration', 'X is not set');
    });
    ports.mockReturnValue({ of: 'the step' });
    const handler = step('verify', { reads, writes, ports }, async () => ({ scope: 'proj_a' }));
    expect(ports).not.toHaveBeenCalled();
    await expect(handler(event, context)).rejects.toThrow('X is not set');
    await handler(event, context);
    await handler(event, context);
    expect(ports).toHaveBeenCalledTimes(2);
  });
});

describe('bad input', () => {
  const handler = step('verify', { reads, writes, ports: () => null }, async () => ({ scope: '' }));

  test('is InvalidInput with every bad field', async () => {
    const bad = { execution: {}, plan: { scope: 7 }, count: 0.5 };
    const error = await handler(bad, context).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(WindlassError);
    expect(error.name).toBe('InvalidInput');
    for (const path of ['execution.id: ', 'plan.scope: ', 'count: ']) expect(error.message).toContain(path);
  });

  test.for([undefined, null, 7, 'text', [], true, { execution: null, plan: 'x' }])(
    'of %j does not crash it',
    async (bad) => {
      await expect(handler(bad, context)).rejects.toMatchObject({ name: 'InvalidInput' });
    },
  );

  test('of the request gets the name that the step chose, and any other keeps its own', async () => {
    const plan = step(
      'plan',
      {
        reads: z.object({ request: requestSchema, policy: z.object({}) }),
        writes,
        ports: () => null,
        refusedAs: 'InvalidRequest',
      },
      async () => ({ scope: '' }),
    );
    const request = { mode: 'emergency', anchors: [], reason: ' ', extra: 1 };
    const error = await plan({ request, policy: {} }, context).catch((thrown) => thrown);
    expect(error.name).toBe('InvalidRequest');
    for (const path of ['request.anchors: ', 'request.reason: ', 'extra'])
      expect(error.message).toContain(path);
    await expect(plan({ request: {}, policy: 7 }, context)).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(plan('nothing', context)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});

describe('a failure', () => {
  test('of ours keeps its name, message and cause', async () => {
    const ours = new WindlassError('RateLimited', 'list proj_a: 429', { cause: { status: 429 } });
    await expect(failing(ours)(event, context)).rejects.toBe(ours);
  });

  test('of any other kind keeps its name, but neither its cause nor what looks like a secret', async () => {
    const key = 'sk-proj-Recognizable123';
    const foreign = new RangeError(`bad ${key} -----BEGIN PRIVATE KEY-----\nRecognizable`, { cause: key });
    const error = await failing(foreign)(event, context).catch((thrown) => thrown);
    expect(error.name).toBe('RangeError');
    expect(`${error.message}${error.stack}${error.cause}${lines.join('')}`).not.toContain('Recognizable');
    expect(error.stack).toContain('step.test.ts');
    await expect(failing('thrown text')(event, context)).rejects.toMatchObject({
      name: 'Error',
      message: 'thrown text',
      stack: expect.stringContaining('thrown text'),
    });
  });

  test('is logged once, with step, execution and scope, and never the payload', async () => {
    const ours = new WindlassError('RateLimited', 'list proj_a: 429', { cause: { status: 429 } });
    await failing(ours)(event, context).catch(() => {});
    expect(logged()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        service: 'windlass',
        message: 'RateLimited: list proj_a: 429',
        step: 'verify',
        execution: 'exec-1',
        scope: 'proj_a',
        function_request_id: 'request-1',
        cause: { status: 429 },
      }),
    ]);
    expect(lines.join('')).not.toContain('Recognizable');
  });

  test('leaves its log context behind', async () => {
    const handler = failing(new WindlassError('RateLimited', 'later'));
    await handler(event, context).catch(() => {});
    await handler({}, context).catch(() => {});
    expect(logged()[1]).not.toHaveProperty('scope');
  });
});
