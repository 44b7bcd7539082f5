import type { Tell } from '../simulation/log/progress.ts';
import type { Intercept } from '../simulation/served/interceptions.ts';
import { rateLimit } from '../simulation/served/rate-limit.ts';

/**
 * Limits API calls to so many a minute, before any other interception, and reports those that have to wait.
 */
export function limited(perMinute: number, tell: Tell, intercept: Intercept = () => ({})): Intercept {
  return (organization) => {
    const others = intercept(organization);
    const limit = rateLimit(perMinute, {
      onRefused: (refused) => tell({ kind: 'limited', refused, perMinute }),
    });
    return { ...others, api: (call) => limit() ?? others.api?.(call) };
  };
}
