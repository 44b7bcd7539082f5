import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { Agent, request } from 'undici';
import { CERTIFICATE_REQUIRED, certificateRefusals } from '../../lambdas/domain/cut/verdict.ts';
import { OWN_AGENT } from '../served/user-agent.ts';

/** A simulated client: it follows its secret, or, where nothing is enforced, has only an API key. */
export type WorkloadSpec = { name: string; project: string } & (
  | { secret: string; waits: boolean }
  | { apiKey: string }
);

/** What a client holds; `version` tells one from the next, `expiresAt` is Unix seconds. */
type Held = { version: string; apiKey: string; identity: SecureContext; expiresAt: number };

/** A client's surroundings: its hosts, their CA (PEM), virtual now, and its secret's `AWSCURRENT`. */
export type Surroundings = {
  hosts: readonly string[];
  ca: string;
  now: () => number;
  readSecret: (secret: string) => Promise<{ versionId: string; value: string }>;
  /** Told of every request that ended. */
  count: (outcome: 'accepted' | 'failed') => void;
};

export interface Workload {
  /** Runs until {@link stop}, `interval()` milliseconds between requests. */
  run(interval: () => number): Promise<void>;
  /** Resolves when the client has read its secret again and then ended two more requests, or cannot send at all. */
  fence(): Promise<void>;
  /** False while nothing it holds is worth a request. */
  able(): boolean;
  stop(): void;
}

/** How often a client looks at its secret, in real milliseconds; it looks at once when it is refused. */
const POLL_MS = 500;

/** How long a client that has nothing to send with waits before it thinks again, in real milliseconds. */
const IDLE_MS = 50;

/** Requests over one connection before the client opens another, with a TLS session of its own. */
const SESSION_REQUESTS = 5;

const refusals: readonly string[] = [CERTIFICATE_REQUIRED, ...certificateRefusals];

export function createWorkload(spec: WorkloadSpec, around: Surroundings): Workload {
  let held: Held | undefined;
  let born: string | undefined;
  let polledAt = Number.NEGATIVE_INFINITY;
  let polls = 0;
  let ended = 0;
  let running = true;
  let agent: Agent | undefined;
  let sessionLeft = 0;
  let wake = new AbortController();

  async function poll(): Promise<void> {
    polledAt = performance.now();
    if ('apiKey' in spec) {
      const identity = createSecureContext({ ca: around.ca });
      held ??= { version: '', apiKey: spec.apiKey, identity, expiresAt: Number.POSITIVE_INFINITY };
    } else {
      const { versionId, value } = await around.readSecret(spec.secret);
      if (versionId !== held?.version) take(parse(versionId, value, around.ca));
    }
    polls++;
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
    const first = await call(used);
    if (first === 'accepted') return end('accepted');
    // A leaf that ran out under way is nobody's doing, and no longer this client's to use.
    if (used.expiresAt <= around.now()) return;
    if (first === 'refused') {
      await poll();
      if (held.version !== used.version)
        return end((await call(held)) === 'accepted' ? 'accepted' : 'failed');
    }
    end('failed');
  }

  function end(outcome: 'accepted' | 'failed'): void {
    ended++;
    around.count(outcome);
  }

  async function call(credential: Held): Promise<'accepted' | 'refused' | 'broken'> {
    const host = around.hosts[ended % around.hosts.length];
    const post = ended % 4 === 3;
    try {
      const { statusCode, body } = await request(`${host}${post ? '/responses' : '/models'}`, {
        method: post ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${credential.apiKey}`,
          'content-type': 'application/json',
          'user-agent': OWN_AGENT,
        },
        body: post ? '{"model":"gpt-simulated","input":"Are you there?"}' : null,
        dispatcher: session(credential),
      });
      const answer = (await body.json()) as { error?: { code?: string } };
      if (statusCode < 300) return 'accepted';
      return refusals.includes(answer.error?.code ?? '') ? 'refused' : 'broken';
    } catch {
      return 'broken';
    }
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
    agent = new Agent({ connections: 1, connect: { secureContext: identity, maxCachedSessions: 0 } });
    return agent;
  }

  return {
    able,
    async run(interval) {
      while (running) {
        if (performance.now() - polledAt > POLL_MS) await poll();
        if (able()) await send();
        await nap(able() ? interval() : IDLE_MS);
      }
      await agent?.close();
    },
    async fence() {
      const from = { polls, ended };
      polledAt = Number.NEGATIVE_INFINITY;
      while (running && (polls === from.polls || (able() && ended < from.ended + 2))) {
        wake.abort();
        await pause(1);
      }
    },
    stop: () => {
      running = false;
    },
  };
}

function parse(versionId: string, value: string, ca: string): Held {
  const { apiKey, certificateChain, privateKey } = JSON.parse(value) as Record<string, string>;
  const { validToDate } = new X509Certificate(certificateChain ?? '');
  return {
    version: versionId,
    apiKey: apiKey ?? '',
    identity: createSecureContext({ cert: certificateChain, key: privateKey, ca }),
    expiresAt: validToDate.getTime() / 1000,
  };
}
