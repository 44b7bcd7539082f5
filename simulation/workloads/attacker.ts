import { createSecureContext } from 'node:tls';
import pMap from 'p-map';
import type { Agent } from 'undici';
import { type Claims, exchange } from './bearer.ts';
import { agentWith, call } from './call.ts';

/**
 * An attacker with a compromised anchor's key: a leaf that was signed with it,
 * and the API key of each project.
 */
export type AttackerSpec = {
  anchor: string;
  certificateChain: string;
  privateKey: string;
  projects: readonly { project: string; apiKey: string }[];
  /** The accounts of keyless clients whose identity the leaf claims (F17). */
  accounts: readonly Exclude<Claims, { apiKey: string }>[];
};

/**
 * One place where the leaf got in. `last` is when the latest accepted request was sent. `until` is
 * the end of the second in which the place first turned the leaf away for good, or null while it
 * does not. Unix seconds, virtual.
 */
type GotIn = { project: string; host: string; last: number; until: number | null };

/** What became of one attacker. */
export type Attack = {
  anchor: string;
  requests: number;
  gotIn: GotIn[];
  /**
   * Until when the last token lasts that the leaf was given; null where it was
   * given none. Unix seconds, virtual.
   */
  tokensUntil: number | null;
};

export interface Attacker {
  /** Tries every project on every host, one after the other, again and again, until {@link stop}. */
  run(): Promise<void>;
  /** Tries every place once more, and resolves with the result of all attempts. */
  lastRound(): Promise<Attack>;
  stop(): void;
}

/** Real milliseconds between two requests, since the hosts serve the clients, too. */
const PACE_MS = 5;

/** How many places are tried at once in a round that somebody waits for. */
const AT_ONCE = 8;

type Place = { project: string; apiKey: string; host: string; agent: Agent; open: Agent };

export function createAttacker(
  { anchor, certificateChain, privateKey, projects, accounts }: AttackerSpec,
  { hosts, authHost, ca, now }: { hosts: readonly string[]; authHost: string; ca: string; now: () => number },
): Attacker {
  const agents = hosts.map((host) => ({
    host,
    agent: agentWith(createSecureContext({ cert: certificateChain, key: privateKey, ca })),
    open: agentWith(createSecureContext({ ca })),
  }));
  const places = agents.flatMap((door) => projects.map((project): Place => ({ ...door, ...project })));
  const gotIn = new Map<Place, GotIn>();
  const thief = agentWith(createSecureContext({ cert: certificateChain, key: privateKey, ca }));
  let tokensUntil: number | null = null;
  let requests = 0;
  let running = true;

  async function attempt(place: Place): Promise<void> {
    const { project, host, apiKey, agent, open } = place;
    const sent = now();
    requests++;
    const end = await call(host, apiKey, agent);
    const known = gotIn.get(place);
    // The leaf may have got in within that very second. A bound is never below what the hosts have seen.
    if (end === 'refused' && known) known.until ??= Math.floor(now()) + 1;
    if (end !== 'accepted') return;
    // Where a request without a certificate gets in too, the leaked key made no difference (F8).
    if ((await call(host, apiKey, open)) === 'accepted') return;
    gotIn.set(place, { project, host, last: sent, until: null });
  }

  /**
   * Collects tokens. A token is bound to no certificate: its holder may use it with any leaf that gets in.
   */
  async function steal(): Promise<void> {
    for (const account of accounts) {
      requests++;
      const asked = now();
      const given = await exchange(account, authHost, thief);
      // The token was given no earlier than this, and the clock may have jumped since.
      if ('token' in given) tokensUntil = asked + given.seconds;
    }
  }

  async function close(): Promise<void> {
    await thief.close();
    await Promise.all(agents.flatMap(({ agent, open }) => [agent.close(), open.close()]));
  }

  return {
    async run() {
      while (running && places.length > 0)
        for (const place of places) {
          if (!running) return;
          await attempt(place);
          await steal();
          await new Promise((resolve) => setTimeout(resolve, PACE_MS));
        }
    },
    async lastRound() {
      await pMap(places, attempt, { concurrency: AT_ONCE });
      await steal();
      await close();
      return { anchor, requests, gotIn: [...gotIn.values()], tokensUntil };
    },
    stop: () => {
      running = false;
    },
  };
}
