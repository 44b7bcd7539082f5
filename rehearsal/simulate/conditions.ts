import { setTimeout as pause } from 'node:timers/promises';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { rateLimit } from '../../simulation/served/rate-limit.ts';

type Conditions = { latency?: number | undefined; rateLimit?: number | undefined };

/** What comes between a call and its answer: the latency and the rate limit. */
export function conditionsOf({ latency = 0, rateLimit: perMinute }: Conditions) {
  const limit = perMinute === undefined ? () => undefined : rateLimit(perMinute);
  return async () => {
    if (latency > 0) await pause(latency);
    return limit();
  };
}

/** The port of each server, counted from the first one that was asked for. Free ports when none was. */
export const portAt = (first: number | undefined, at: number) =>
  first === undefined ? {} : { port: first + at };

/** Explains the error of a server that did not start, in the terms of the `--port` option. */
export function portTaken(error: unknown, port: number | undefined, regions = 0): unknown {
  const { code } = Object(error) as { code?: string };
  if (port === undefined || (code !== 'EADDRINUSE' && code !== 'EACCES')) return error;
  const why = code === 'EACCES' ? 'may not be used by you' : 'are not all free';
  return new WindlassError(
    'InvalidInput',
    `--port ${port}: ports ${port} to ${port + 2 + regions} ${why}: name another one, or leave --port out`,
  );
}
