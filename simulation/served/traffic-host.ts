import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { createAdmission, isEnforced, projectTold } from '../certificates/admission.ts';
import { INCORRECT_HOSTNAME, misdirected, type Regions } from '../certificates/regional-hosts.ts';
import { ApiFault, errorBody } from '../world/api-fault.ts';
import type { WorkloadIdentities } from '../world/workload-identities.ts';
import { bearerIn, ownerOf } from './answering.ts';
import { type CertificatesApiOptions, certificatesApi } from './certificates-api.ts';
import { type Interception, interpose } from './interception.ts';
import { listenOnLoopback } from './loopback.ts';
import { createChainReader, createMutualTlsServer, type HostIdentity } from './mutual-tls.ts';
import { isOwnCall } from './user-agent.ts';

export type TrafficHostOptions = {
  /**
   * The organization whose trust decides, its admin keys, and how its admin routes behave on this host (F10).
   */
  admin: CertificatesApiOptions;
  /** Project API keys, each with its project. */
  projectKeys: Readonly<Record<string, string>>;
  /** Keyless workloads, whose tokens count as keys (F17). */
  identities?: WorkloadIdentities;
  identity: HostIdentity;
  /**
   * The base URL that this host has at the vendor's, and the projects that only one
   * host answers, by such base URLs.
   */
  region?: { host: string; regions: Regions };
  /** While true, no certificate can be judged: 503 `authentication_temporarily_unavailable` (F11). */
  unavailable?: () => boolean;
  /**
   * Asked once per client request, after the key check and before the certificate's; `probe` is false for a
   * simulated client's own request.
   */
  intercept?: (call: TrafficCall) => Promise<Interception> | Interception;
  /** The port to serve on; by default a free one. */
  port?: number;
};

type TrafficCall = { op: 'traffic'; scope: Scope; probe: boolean };

/** Client requests by what became of them; `refused` by error code. */
type TrafficCounts = { accepted: number; refused: Record<string, number> };

export type TrafficHost = { url: string; readonly counts: TrafficCounts; close(): Promise<void> };

/**
 * Serves client traffic over TLS on 127.0.0.1 (F8, F10, F11). Each request is judged by what is active at the
 * organization's own `now`, on connections of any age. `url` is `https://localhost:PORT/v1`.
 */
export async function serveTrafficHost(options: TrafficHostOptions): Promise<TrafficHost> {
  const counts: TrafficCounts = { accepted: 0, refused: {} };
  const admin = getRequestListener(certificatesApi(options.admin).fetch);
  const certificateFault = createCertificateCheck(options, () => url);
  const server = createMutualTlsServer(options.identity, (request, reply) => {
    if (request.url?.startsWith('/v1/organization')) {
      const known = ownerOf(options.admin.adminKeys, request.headers.authorization);
      const fault = known ? certificateFault(request, ORGANIZATION) : null;
      return fault ? send(reply, fault.status, errorBody(fault)) : void admin(request, reply);
    }
    serve(request, reply).catch(() => request.socket.destroy());
  });

  async function serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    const token = options.identities?.ownerOf(bearerIn(authorization) ?? '');
    if (token?.isExpired) return judged(expiredToken(), request, reply);
    const { organization } = options.admin;
    const project = token?.project ?? ownerOf(options.projectKeys, authorization);
    const call = project && { op: 'traffic' as const, scope: project, probe: !isOwnCall(request) };
    const instead = call ? await options.intercept?.(call) : undefined;
    await interpose(instead, request, reply, () => {
      if (!project) return judged(badKey(), request, reply);
      const elsewhere = hostnameFault(options, project);
      const fault = elsewhere ?? certificateFault(request, project);
      const told = elsewhere
        ? null
        : projectTold(organization, project, { kind: fault ? 'refused' : 'accepted' });
      if (told) reply.setHeader('openai-project', told);
      judged(fault ?? routeFault(request), request, reply);
    });
  }

  function judged(fault: ApiFault | null, request: IncomingMessage, reply: ServerResponse): void {
    const code = fault?.code ?? String(fault?.status);
    if (fault) counts.refused[code] = (counts.refused[code] ?? 0) + 1;
    else counts.accepted += 1;
    request.resume();
    send(reply, fault?.status ?? 200, fault ? errorBody(fault) : answerTo(request));
  }

  const { port, close } = await listenOnLoopback(server, options.port);
  const url = `https://localhost:${port}/v1`;
  return { url, counts, close };
}

/**
 * Returns what this host says about the certificate on a request's connection, for a
 * project or the organization (F11).
 */
function createCertificateCheck(
  { admin: { organization }, unavailable }: TrafficHostOptions,
  hostUrl: () => string,
) {
  const admission = createAdmission();
  const chainOf = createChainReader();
  return (request: IncomingMessage, scope: Scope): ApiFault | null => {
    const trusted = organization.trusted(scope, hostUrl());
    if (unavailable?.() && isEnforced(trusted))
      return new ApiFault(503, 'Certificates cannot be checked right now.', {
        code: 'authentication_temporarily_unavailable',
      });
    const answer = admission({ presented: chainOf(request), trusted, now: organization.now() });
    return answer.kind === 'accepted'
      ? null
      : new ApiFault(401, messages[answer.code], { code: answer.code });
  };
}

const messages = {
  certificate_required: 'A client certificate is required.',
  invalid_certificate: 'The client certificate cannot be read, or has no Authority Key Identifier.',
  certificate_verification_failed: 'The client certificate does not chain to an active certificate.',
  certificate_attribute_verification_failed:
    'The client certificate does not satisfy the certificate policy.',
};

const badKey = () => new ApiFault(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });

/** The error by which a client knows that it needs another token. */
const expiredToken = () => new ApiFault(401, 'The token has expired.', { code: 'token_expired' });

/** The error for a project that another host answers; null where this host answers it. */
function hostnameFault({ region }: TrafficHostOptions, project: string): ApiFault | null {
  const elsewhere = region ? misdirected(project, region.host, region.regions) : null;
  return elsewhere === null ? null : new ApiFault(401, elsewhere, { code: INCORRECT_HOSTNAME });
}

const routeOf = ({ method, url }: IncomingMessage): string => `${method} ${url?.split('?')[0]}`;

function routeFault(request: IncomingMessage): ApiFault | null {
  const route = routeOf(request);
  if (route in answers) return null;
  return new ApiFault(404, `Unknown request URL: ${route}.`, { code: 'unknown_url' });
}

const answers: Record<string, object> = {
  'GET /v1/models': {
    object: 'list',
    data: [{ id: 'gpt-simulated', object: 'model', created: 1_700_000_000, owned_by: 'windlass' }],
  },
  'POST /v1/responses': {
    id: 'resp_simulated',
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    model: 'gpt-simulated',
    output: [],
  },
};

const answerTo = (request: IncomingMessage): object => answers[routeOf(request)] ?? {};

function send(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
