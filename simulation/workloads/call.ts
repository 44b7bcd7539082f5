import type { SecureContext } from 'node:tls';
import { Agent, request } from 'undici';
import { CERTIFICATE_REQUIRED, certificateRefusals } from '../../lambdas/domain/cut/verdict.ts';
import { OWN_AGENT } from '../served/user-agent.ts';

/** What one request came to: let in, turned away for its certificate, or anything else. */
export type CallEnd = 'accepted' | 'refused' | 'broken';

const refusals: readonly string[] = [CERTIFICATE_REQUIRED, ...certificateRefusals];

/** Sends one request to a host with a project's key, over a connection of the agent's. Never throws. */
export async function call(host: string, apiKey: string, agent: Agent, post = false): Promise<CallEnd> {
  try {
    const { statusCode, body } = await request(`${host}${post ? '/responses' : '/models'}`, {
      method: post ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'user-agent': OWN_AGENT,
      },
      body: post ? '{"model":"gpt-simulated","input":"Are you there?"}' : null,
      dispatcher: agent,
    });
    const answer = (await body.json()) as { error?: { code?: string } };
    if (statusCode < 300) return 'accepted';
    return refusals.includes(answer.error?.code ?? '') ? 'refused' : 'broken';
  } catch {
    return 'broken';
  }
}

/** One connection at a time, and no session that another one could go on with. */
export const agentWith = (identity: SecureContext): Agent =>
  new Agent({ connections: 1, connect: { secureContext: identity, maxCachedSessions: 0 } });
