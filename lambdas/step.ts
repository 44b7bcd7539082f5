import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type * as z from 'zod';
import { scrub } from './adapters/scrub.ts';
import { badFields } from './domain/bad-fields.ts';
import { type ErrorName, WindlassError } from './domain/errors.ts';

/** The part of Lambda's context that reaches the log. */
export type LambdaContext = {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
};

/**
 * The parts of a step: the schemas of what it reads and writes in the document, and `ports`, which makes its
 * adapters once per container, at first use.
 */
export type StepParts<I, O, P> = {
  reads: z.ZodType<I>;
  writes: z.ZodType<O>;
  ports: () => P;
  /** The error's name when `request` is what is wrong with the input. Defaults to `InvalidInput`. */
  refusedAs?: ErrorName;
};

/**
 * Returns the Lambda handler of a step: log context, input and output parsing, and one log line for a
 * failure. The input is never logged. An error that is not ours loses everything that looks like a secret
 * (I14).
 */
export function step<I, O, P>(
  name: string,
  parts: StepParts<I, O, P>,
  run: (ports: P, input: I) => Promise<O>,
): (event: unknown, context: LambdaContext) => Promise<O> {
  const logger = new Logger({ serviceName: 'windlass', persistentKeys: { step: name } });
  let ports: P | undefined;
  const answer = async (event: unknown) => {
    const input = readInput(event, parts);
    ports ??= parts.ports();
    return writeOutput(await run(ports, input), parts, name);
  };
  // Lambda itself ends a step that takes too long. If middy gave up earlier, the work would continue during
  // the next invocation.
  return middy(answer, { timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .before(({ event }) => logger.appendKeys(logContext(event)))
    .onError((request) => {
      const error = withoutSecrets(request.error);
      logger.error(`${error.name}: ${error.message}`, { cause: error.cause });
      request.error = error;
    });
}

function readInput<I>(
  event: unknown,
  { reads, refusedAs }: Pick<StepParts<I, never, never>, 'reads' | 'refusedAs'>,
): I {
  const parsed = reads.safeParse(event);
  if (parsed.success) return parsed.data;
  const aboutRequest = parsed.error.issues.some(({ path }) => path.length === 0 || path[0] === 'request');
  const name = aboutRequest ? (refusedAs ?? 'InvalidInput') : 'InvalidInput';
  throw new WindlassError(name, badFields(parsed.error, 'input'));
}

function writeOutput<O>(output: O, { writes }: { writes: z.ZodType<O> }, name: string): O {
  const parsed = writes.safeParse(output);
  if (parsed.success) return parsed.data;
  throw new TypeError(`step ${name} returned what it may not: ${badFields(parsed.error, 'output')}`);
}

/**
 * Returns the execution and the scope for the log, if the event says them. The event is not parsed yet, and
 * may be anything.
 */
function logContext(event: unknown): Record<string, string> {
  const { execution, plan } = Object(event);
  const context = { execution: execution?.id, scope: plan?.scope };
  return Object.fromEntries(Object.entries(context).filter(([, value]) => typeof value === 'string'));
}

/**
 * Passes our own errors. Any other error keeps its name, which Step Functions matches, but loses its cause
 * and its raw message.
 */
function withoutSecrets(error: unknown): Error {
  if (error instanceof WindlassError) return error;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const safe = new Error(scrub(message));
  safe.name = name;
  // Without a stack, Lambda's runtime would replace the name and the message with its own.
  if (error instanceof Error) safe.stack = frames(error, safe);
  return safe;
}

const frames = ({ stack = '' }: Error, { name, message }: Error): string =>
  [`${name}: ${message}`, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
