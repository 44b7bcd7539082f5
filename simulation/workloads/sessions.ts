import type { SecureContext } from 'node:tls';
import type { Agent } from 'undici';
import { agentWith } from './call.ts';

/** Requests over one connection before the client opens another, with a new TLS session. */
const SESSION_REQUESTS = 5;

/** The connection over which a client sends: a new one for every leaf, and after every few requests. */
export type Sessions = { over(identity: SecureContext): Agent; close(): Promise<void> };

export function createSessions(): Sessions {
  let open: { agent: Agent; identity: SecureContext } | undefined;
  let left = 0;
  return {
    over(identity) {
      if (open?.identity === identity && left-- > 0) return open.agent;
      void open?.agent.close();
      left = SESSION_REQUESTS - 1;
      open = { agent: agentWith(identity), identity };
      return open.agent;
    },
    close: async () => void (await open?.agent.close()),
  };
}
