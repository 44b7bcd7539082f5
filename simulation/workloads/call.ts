import type { SecureContext } from 'node:tls';
import { Agent, request } from 'undici';
import { CERTIFICATE_REQUIRED, certificateRefusals } from '../../lambdas/domain/cut/verdict.ts';
import { OWN_AGENT } from '../served/user-agent.ts';

/**
 * How one request ended: let in, turned away for its certificate, sent with an
 * expired token, or anything else.
 */
export type CallEnd = 'accepted' | 'refused' | 'expired' | 'broken';

const refusals: readonly string[] = [CERTIFICATE_REQUIRED, ...certificateRefusals];

/**
 * Sends one request to a host with a project's key or a token, over a
 * connection of the agent's. Never throws.
 */
export async function call(host: string, bearer: string, agent: Agent, post = false): Promise<CallEnd> {
  try {
    const { statusCode, body } = await request(`${host}${post ? '/responses' : '/models'}`, {
      method: post ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/json',
        'user-agent': OWN_AGENT,
      },
      body: post ? '{"model":"gpt-simulated","input":"Are you there?"}' : null,
      dispatcher: agent,
    });
    const answer = (await body.json()) as { error?: { code?: string } };
    if (statusCode < 300) return 'accepted';
    const { code = '' } = answer.error ?? {};
    if (code === 'token_expired') return 'expired';
    return refusals.includes(code) ? 'refused' : 'broken';
  } catch {
    return 'broken';
  }
}

/** An agent with one connection at a time, and no TLS session that another connection could resume. */
export const agentWith = (identity: SecureContext): Agent =>
  new Agent({ connections: 1, allowH2: false, connect: { secureContext: identity, maxCachedSessions: 0 } });
