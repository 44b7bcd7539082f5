import { setTimeout as pause } from 'node:timers/promises';
import type { Agent } from 'undici';
import { agentWith, type CallEnd, call } from './call.ts';
import { DEFAULT_HABIT, type Habit, readsNow, readsOnRefusal } from './habit.ts';
import { type Held, heldIn, heldWithout } from './held.ts';

/** A simulated client: it reads its secret by its habit, or, where nothing is enforced, has only an API key. */
export type WorkloadSpec = { name: string; project: string } & (
  | { secret: string; waits: boolean; habit?: Habit }
  | { apiKey: string }
);

/** A client's surroundings: its hosts, their CA (PEM), virtual now, and its secret's `AWSCURRENT`. */
export type Surroundings = {
  hosts: readonly string[];
  /** Where a keyless client's leaf is exchanged for a token. */
  authHost: string;
  ca: string;
  now: () => number;
  readSecret: (secret: string) => Promise<{ versionId: string; value: string }>;
  /** Told of every request that ended. */
  count: (outcome: 'accepted' | 'failed') => void;
};

/** A client that hosts turn away: since when (Unix seconds, virtual), and with which version of its secret. */
export type Outside = { since: number; version: string };

export interface Workload {
  /** Runs until {@link stop}, `interval()` milliseconds between requests. */
  run(interval: () => number): Promise<void>;
  /** Resolves when the client has read what its habit lets it read and then ended two more requests, or cannot send at all. */
  fence(): Promise<void>;
  /** False while nothing it holds is worth a request. */
  able(): boolean;
  /** Where its last request was refused for its certificate. */
  outside(): Outside | null;
  stop(): void;
}

/** How long a client that has nothing to send with waits before it thinks again, in real milliseconds. */
const IDLE_MS = 50;

/** Tokens that a client takes for one request, at the most. */
const MOST_TOKENS = 10;

/** Requests over one connection before the client opens another, with a TLS session of its own. */
const SESSION_REQUESTS = 5;

export function createWorkload(spec: WorkloadSpec, around: Surroundings): Workload {
  const habit = ('secret' in spec && spec.habit) || DEFAULT_HABIT;
  let held: Held | undefined;
  let born: string | undefined;
  /** When its last reading began, by both clocks, and when somebody last waited for the next one. */
  let read = { realMs: Number.NEGATIVE_INFINITY, virtual: Number.NEGATIVE_INFINITY };
  let fencedAt = Number.NEGATIVE_INFINITY;
  let outside: Outside | null = null;
  let ended = 0;
  let running = true;
  let agent: Agent | undefined;
  let sessionLeft = 0;
  let wake = new AbortController();

  const isTimeToRead = (): boolean =>
    readsNow(habit, {
      able: able(),
      realMs: read.realMs < fencedAt ? Number.POSITIVE_INFINITY : performance.now() - read.realMs,
      virtual: around.now() - read.virtual,
    });

  async function poll(): Promise<void> {
    const begun = { realMs: performance.now(), virtual: around.now() };
    if ('apiKey' in spec) held ??= heldWithout(spec.apiKey, around);
    else {
      const { versionId, value } = await around.readSecret(spec.secret);
      if (versionId !== held?.version) take(heldIn(versionId, value, around));
    }
    read = begun;
  }

  function take(next: Held): void {
    held = next;
    born ??= next.version;
    sessionLeft = 0;
  }

  /** Neither a leaf that never worked nor one that has run out is worth a request. */
  function able(): boolean {
    if (!held || held.expiresAt <= around.now()) return false;
    return !('waits' in spec && spec.waits && held.version === born);
  }

  async function send(): Promise<void> {
    if (!held) return;
    const used = held;
    const first = await sendWith(used);
    if (first === 'accepted') return end('accepted');
    // A leaf that ran out under way is nobody's doing, and no longer this client's to use.
    if (used.expiresAt <= around.now()) return;
    if (first === 'refused' && readsOnRefusal(habit)) {
      await poll();
      if (held.version !== used.version)
        return end((await sendWith(held)) === 'accepted' ? 'accepted' : 'failed');
    }
    if (first === 'refused') outside ??= { since: around.now(), version: used.version };
    end('failed');
  }

  function end(outcome: 'accepted' | 'failed'): void {
    if (outcome === 'accepted') outside = null;
    ended++;
    around.count(outcome);
  }

  async function sendWith(credential: Held): Promise<CallEnd> {
    for (let left = MOST_TOKENS; left > 0; left--) {
      const end = await tryWith(credential);
      if (end !== 'expired') return end;
      // By the time it arrived the token was over: a soak goes by in leaps of hours.
      credential.bearer.forget();
    }
    return 'expired';
  }

  async function tryWith(credential: Held): Promise<CallEnd> {
    const over = session(credential);
    const found = await credential.bearer.get(over);
    if ('end' in found) return found.end;
    return call(around.hosts[ended % around.hosts.length] ?? '', found.bearer, over, ended % 4 === 3);
  }

  /** A pause that a fence cuts short: nobody waits for a client that is merely in no hurry. */
  async function nap(milliseconds: number): Promise<void> {
    wake = new AbortController();
    await pause(milliseconds, undefined, { signal: wake.signal }).catch(() => {});
  }

  function session({ identity }: Held): Agent {
    if (agent && sessionLeft-- > 0) return agent;
    void agent?.close();
    sessionLeft = SESSION_REQUESTS - 1;
    agent = agentWith(identity);
    return agent;
  }

  return {
    able,
    outside: () => outside,
    async run(interval) {
      while (running) {
        if (isTimeToRead()) await poll();
        if (able()) await send();
        await nap(able() ? interval() : IDLE_MS);
      }
      await agent?.close();
    },
    async fence() {
      const from = ended;
      fencedAt = performance.now();
      while (running && (isTimeToRead() || (able() && ended < from + 2))) {
        wake.abort();
        await pause(1);
      }
    },
    stop: () => {
      running = false;
    },
  };
}
