import type { Client } from '../client.ts';
import { authoritiesIn, type Seen } from './seen.ts';

/**
 * Returns what was seen of clients and witnesses that a deployment has taken out of the configuration or
 * given another secret. No cut waits for them any more. A deployment from an outdated checkout takes clients
 * out as well, so this is told. A new name for the same secret is no news.
 */
export function takenOut(seen: readonly Seen[], configured: readonly Client[]): Seen[] {
  const secrets = new Set(configured.map(({ secret }) => secret));
  return seen.filter(({ kind, secret }) => kind === 'client' && secret !== undefined && !secrets.has(secret));
}

/** Says that in words. Each is said once, since it is forgotten when its plan is remembered (I13). */
export const takenOutTold = (seen: readonly Seen[], configured: readonly Client[]): string[] =>
  takenOut(seen, configured).map((one) => {
    const now = configured.find(({ name }) => name === one.id);
    const where = `${one.id} was last seen with a leaf of ${authoritiesIn(one).join(', ')} in ${one.secret}`;
    return now
      ? `${where}, and a deployment has given it the secret ${now.secret}: no cut waits for what is in the other one. Where something still calls with that, configure it as a client of its own`
      : `${where}, and a deployment has taken it out of the clients and mustRefuse: no cut waits for it any more. Where it still calls, put it back`;
  });
