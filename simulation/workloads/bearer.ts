import { type Agent, request } from 'undici';
import { OWN_AGENT } from '../served/user-agent.ts';

/**
 * What a simulated client claims to be: by a key, or, keyless, by the ids for
 * which its leaf is exchanged (F17).
 */
export type Claims = { apiKey: string } | { identityProviderId: string; serviceAccountId: string };

/**
 * A key or a token for the header; or why there is none: the token host refused,
 * or did not answer as it should.
 */
type Bearing = { bearer: string } | { end: 'refused' | 'broken' };

/** What authorizes a client's calls, and how the client gets it. */
export interface Bearer {
  /**
   * The key, or a token: the last one while it lasts, and otherwise a new one
   * over a connection of the agent's.
   */
  get(agent: Agent): Promise<Bearing>;
  /** Forgets the last token, which is no longer valid. */
  forget(): void;
}

/** Seconds before its end at which a token is renewed. */
const EARLY = 60;

/** `now` is in Unix seconds, virtual. */
export function createBearer(claims: Claims, authHost: string, now: () => number): Bearer {
  if ('apiKey' in claims) return { get: async () => ({ bearer: claims.apiKey }), forget: () => {} };
  let held: { bearer: string; until: number } | null = null;
  return {
    async get(agent) {
      if (held && now() < held.until - EARLY) return held;
      held = null;
      const asked = now();
      const answer = await exchange(claims, authHost, agent);
      if ('end' in answer) return answer;
      held = { bearer: answer.token, until: asked + answer.seconds };
      return held;
    },
    forget: () => {
      held = null;
    },
  };
}

type Keyless = Exclude<Claims, { apiKey: string }>;

/** Exchanges the agent's leaf for a token once. Never throws. */
export async function exchange(
  { identityProviderId, serviceAccountId }: Keyless,
  authHost: string,
  agent: Agent,
): Promise<{ token: string; seconds: number } | { end: 'refused' | 'broken' }> {
  try {
    const { statusCode, body } = await request(`${authHost}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': OWN_AGENT },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:openai:params:oauth:token-type:x509',
        identity_provider_id: identityProviderId,
        service_account_id: serviceAccountId,
      }),
      dispatcher: agent,
    });
    const answer = (await body.json()) as { access_token?: string; expires_in?: number };
    if (statusCode < 300) return { token: answer.access_token ?? '', seconds: answer.expires_in ?? 0 };
    return { end: statusCode < 500 && statusCode !== 429 ? 'refused' : 'broken' };
  } catch {
    return { end: 'broken' };
  }
}
