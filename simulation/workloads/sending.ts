import { type CallEnd, call } from './call.ts';
import { readsOnRefusal } from './habit.ts';
import type { Held } from './held.ts';
import { habitOf, type Readable, type Reading, type WorkloadSpec } from './reading.ts';
import { createSessions } from './sessions.ts';

/** A client's surroundings. */
export type Surroundings = Readable & {
  hosts: readonly string[];
  /** Gets the outcome of every request that ended. */
  count: (outcome: 'accepted' | 'failed') => void;
};

/**
 * A client that hosts turn away: since when (Unix seconds, virtual), and with which version of its secret.
 */
export type Outside = { since: number; version: string };

/** Most tokens that a client gets for one request. */
const MOST_TOKENS = 10;

/** The requests of one client, one after the other, with what it holds. */
export interface Sending {
  send(): Promise<void>;
  /** How many requests have ended so far. */
  ended(): number;
  /** Since when its requests are refused for its certificate; null where the last one was not. */
  outside(): Outside | null;
  close(): Promise<void>;
}

export function createSending(spec: WorkloadSpec, reading: Reading, around: Surroundings): Sending {
  const habit = habitOf(spec);
  const { hosts = around.hosts } = spec;
  const sessions = createSessions();
  let outside: Outside | null = null;
  let ended = 0;

  function end(outcome: 'accepted' | 'failed'): void {
    if (outcome === 'accepted') outside = null;
    ended++;
    around.count(outcome);
  }

  async function sendWith(credential: Held): Promise<CallEnd> {
    for (let left = MOST_TOKENS; left > 0; left--) {
      const result = await tryWith(credential);
      if (result !== 'expired') return result;
      // The token expired on its way, since the clock goes through a soak in jumps of hours.
      credential.bearer.forget();
    }
    return 'expired';
  }

  async function tryWith({ identity, bearer }: Held): Promise<CallEnd> {
    const over = sessions.over(identity);
    const found = await bearer.get(over);
    if ('end' in found) return found.end;
    return call(hosts[ended % hosts.length] ?? '', found.bearer, over, ended % 4 === 3);
  }

  return {
    ended: () => ended,
    outside: () => outside,
    close: sessions.close,
    async send() {
      const used = reading.held();
      if (!used) return;
      const first = await sendWith(used);
      if (first === 'accepted') return end('accepted');
      // A leaf that expired during the request is no failure, and the client does not use it again.
      if (used.expiresAt <= around.now()) return;
      if (first === 'refused' && readsOnRefusal(habit)) {
        await reading.read();
        const next = reading.held();
        if (next && next.version !== used.version)
          return end((await sendWith(next)) === 'accepted' ? 'accepted' : 'failed');
      }
      if (first === 'refused') outside ??= { since: around.now(), version: used.version };
      end('failed');
    },
  };
}
