import { ApiFault } from '../world/api-fault.ts';
import { callBudget } from '../world/call-budget.ts';
import { faultResponse } from './answering.ts';

/**
 * Decides of each API call, as it comes, whether it is one too many. Then the answer is a 429 that
 * says when to come again (F12).
 */
export type RateLimit = () => Response | undefined;

/**
 * Returns a limit of so many calls a minute. `now` is in milliseconds; `onRefused` gets how many
 * calls have been refused so far.
 */
export function rateLimit(
  perMinute: number,
  { now = () => performance.now(), onRefused = () => {} }: RateLimitOptions = {},
): RateLimit {
  const take = callBudget(perMinute, now);
  let refused = 0;
  return () => {
    const retryAfter = take();
    if (retryAfter === null) return undefined;
    refused += 1;
    onRefused(refused);
    const message = `Rate limit reached: ${perMinute} requests per minute. Please try again in ${retryAfter}s.`;
    return faultResponse(new ApiFault(429, message, { code: 'rate_limit_exceeded', retryAfter }));
  };
}

type RateLimitOptions = { now?: () => number; onRefused?: (refused: number) => void };
