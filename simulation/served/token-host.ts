import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import { createTokenExchange, type Granted, type RefusesAs } from '../certificates/token-exchange.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { WorkloadIdentities } from '../world/workload-identities.ts';
import { type Interception, interpose } from './interception.ts';
import { listenOnLoopback } from './loopback.ts';
import { createChainReader, createMutualTlsServer, type HostIdentity } from './mutual-tls.ts';
import { isOwnCall } from './user-agent.ts';

export type TokenHostOptions = {
  /** The organization whose trust decides, and its keyless workloads. */
  organization: SimulatedOrganization;
  identities: WorkloadIdentities;
  identity: HostIdentity;
  refusesAs?: RefusesAs;
  /** Asked once per exchange, before it; `probe` is false for a simulated client's own. */
  intercept?: (call: TokenCall) => Promise<Interception> | Interception;
  /** The port to serve on; by default a free one. */
  port?: number;
};

type TokenCall = { op: 'exchange'; scope: Scope | undefined; probe: boolean };

/** A body, and the status that goes with it. */
type Answer = { status: number; body: object };

/**
 * Serves `POST /oauth/token` over TLS on 127.0.0.1 (F17): a client certificate for a bearer token. `url` is
 * `https://localhost:PORT`, without a path.
 */
export async function serveTokenHost(
  options: TokenHostOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const { identities, intercept } = options;
  const exchange = createTokenExchange(options);
  const chainOf = createChainReader();
  const server = createMutualTlsServer(options.identity, (request, reply) => {
    serve(request, reply).catch(() => request.socket.destroy());
  });

  async function serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.method !== 'POST' || request.url !== '/oauth/token') return send(reply, UNKNOWN);
    const asked = bodySchema.safeParse(parsed(body));
    if (!asked.success) return send(reply, oauth('invalid_request', asked.error.issues[0]?.message));
    const { identity_provider_id: identityProviderId, service_account_id: serviceAccountId } = asked.data;
    const scope = identities.projectOf(serviceAccountId);
    const instead = await intercept?.({ op: 'exchange', scope, probe: !isOwnCall(request) });
    await interpose(instead, request, reply, () => {
      const claim = { identityProviderId, serviceAccountId, presented: chainOf(request) };
      send(reply, answerOf(exchange(claim, url)));
    });
  }

  const { port, close } = await listenOnLoopback(server, options.port);
  const url = `https://localhost:${port}`;
  return { url, close };
}

const bodySchema = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:token-exchange'),
  subject_token_type: z.literal('urn:openai:params:oauth:token-type:x509'),
  identity_provider_id: z.string().min(1),
  service_account_id: z.string().min(1),
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function answerOf(granted: Granted): Answer {
  if (granted.kind === 'oauth') return oauth(granted.code, granted.why);
  if (granted.kind === 'api') {
    const message = 'The client certificate is refused.';
    const error = { message, type: 'invalid_request_error', param: null, code: granted.code };
    return { status: 401, body: { error } };
  }
  const { token, expiresIn } = granted;
  const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
  return {
    status: 200,
    body: { access_token: token, issued_token_type, token_type: 'Bearer', expires_in: expiresIn },
  };
}

const oauth = (error: string, description = 'The request is not readable.'): Answer => ({
  status: error === 'invalid_subject_token' ? 401 : 400,
  body: { error, error_description: description },
});

const UNKNOWN: Answer = { status: 404, body: { error: 'not_found' } };

function send(reply: ServerResponse, { status, body }: Answer): void {
  reply
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
