import { ApiFault } from '../world/api-fault.ts';
import { faultResponse } from './answering.ts';

/** Decides of each API call, as it comes, whether it is one too many: then the answer is a 429 that says when to come again (F12). */
export type RateLimit = () => Response | undefined;

/**
 * So many calls a minute, evenly: a second's worth may come at once, and what has not been used is lost. `now` is in
 * milliseconds; `onRefused` is told how many calls have been refused so far.
 */
export function rateLimit(
  perMinute: number,
  { now = () => performance.now(), onRefused = () => {} }: RateLimitOptions = {},
): RateLimit {
  const perSecond = perMinute / 60;
  const most = Math.max(1, perSecond);
  let [left, at, refused] = [most, now(), 0];
  return () => {
    left = Math.min(most, left + ((now() - at) / 1_000) * perSecond);
    at = now();
    if (left >= 1) {
      left -= 1;
      return undefined;
    }
    refused += 1;
    onRefused(refused);
    const retryAfter = Math.max(1, Math.ceil((1 - left) / perSecond));
    const message = `Rate limit reached: ${perMinute} requests per minute. Please try again in ${retryAfter}s.`;
    return faultResponse(new ApiFault(429, message, { code: 'rate_limit_exceeded', retryAfter }));
  };
}

type RateLimitOptions = { now?: () => number; onRefused?: (refused: number) => void };
