import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { ORGANIZATION, type Scope } from '../lambdas/domain/anchor.ts';
import { ApiFault, badRequest, errorBody, notFound } from './api-fault.ts';
import { listenOnLoopback } from './loopback.ts';
import type { Actor, ApiOperation, SimulatedOrganization, StoredAnchor } from './organization.ts';
import { certificateBody, projectBody, toggleBody } from './wire.ts';

/**
 * What to do instead of answering as usual: another answer in place of the operation, a connection cut before it
 * happens, or one cut after it happened (the caller cannot tell).
 */
export type Interception = Response | 'reset' | 'drop-reply' | undefined;

export type CertificatesApiOptions = {
  organization: SimulatedOrganization;
  /** Admin keys and whose doing a toggle with that key is, for the log. */
  adminKeys: Readonly<Record<string, Actor>>;
  /** `list` answers toggles in the older shape of F3. */
  toggleShape?: 'activation' | 'list';
  /** Pages no longer than this, whatever `limit` says, so that few anchors make many pages. */
  maxPageSize?: number;
  /** Asked once per call, after the key check and before the operation. */
  intercept?: (call: { op: ApiOperation; scope?: Scope }) => Promise<Interception> | Interception;
};

type Environment = { Bindings: Partial<HttpBindings> };
type Call = Context<Environment>;

const uploadSchema = z.object({ certificate: z.string(), name: z.string().optional() });
const renameSchema = z.object({ name: z.string().optional() });
const toggleSchema = z.object({ certificate_ids: z.array(z.string()) });

/** The certificates API's routes under `/v1/organization` (F1 to F6, F12), in OpenAI's answer and error shapes. */
export function certificatesApi(options: CertificatesApiOptions): Hono<Environment> {
  const { organization, toggleShape = 'activation', maxPageSize = 100 } = options;
  const app = new Hono<Environment>();
  const answer = answering(options);
  const page = (c: Call) => {
    const { limit, after } = c.req.query();
    const wanted = limit === undefined ? 20 : Number(limit);
    // An out-of-range limit is refused as asked, before it is capped.
    return { limit: wanted >= 1 && wanted <= 100 ? Math.min(wanted, maxPageSize) : wanted, after };
  };

  const list = answer('list', null, (c) => {
    const { scope, order } = { scope: scopeOf(c), order: orderOf(c) };
    const { data, ...rest } = organization.list(scope, { ...page(c), order });
    return { object: 'list', data: data.map((anchor) => certificateBody(anchor, scope)), ...rest };
  });
  const toggle = (to: 'activate' | 'deactivate') =>
    answer(to, toggleSchema, (c, body, by) => {
      const scope = scopeOf(c);
      return toggleBody(organization.toggle(scope, to, body.certificate_ids, by), scope, to, toggleShape);
    });
  const one = (anchor: StoredAnchor, content = false) => certificateBody(anchor, null, content);

  for (const base of ['/v1/organization', '/v1/organization/projects/:project']) {
    app.get(`${base}/certificates`, list);
    app.post(`${base}/certificates/activate`, toggle('activate'));
    app.post(`${base}/certificates/deactivate`, toggle('deactivate'));
  }
  app.post(
    '/v1/organization/certificates',
    answer('upload', uploadSchema, (_, { certificate, name }) =>
      one(organization.upload({ certificate, ...(name === undefined ? {} : { name }) })),
    ),
  );
  app.get(
    '/v1/organization/certificates/:id',
    answer('retrieve', null, (c) => {
      const { searchParams } = new URL(c.req.url);
      const include = [...searchParams.getAll('include[]'), ...searchParams.getAll('include')];
      return one(organization.retrieve(idOf(c)), include.includes('content'));
    }),
  );
  app.post(
    '/v1/organization/certificates/:id',
    answer('rename', renameSchema, (c, { name }) =>
      one(name === undefined ? organization.retrieve(idOf(c)) : organization.rename(idOf(c), name)),
    ),
  );
  app.delete(
    '/v1/organization/certificates/:id',
    answer('delete', null, (c) => {
      organization.remove(idOf(c));
      return { object: 'certificate.deleted', id: idOf(c) };
    }),
  );
  app.get(
    '/v1/organization/projects',
    answer('projects', null, (c) => {
      const includeArchived = c.req.query('include_archived') === 'true';
      const { data, ...rest } = organization.projects({ ...page(c), includeArchived });
      return { object: 'list', data: data.map(projectBody), ...rest };
    }),
  );
  app.notFound((c) => {
    const fault = new ApiFault(404, `Unknown request URL: ${c.req.method} ${c.req.path}.`, {
      code: 'unknown_url',
    });
    return c.json(errorBody(fault), 404);
  });
  app.onError((error) => faultResponse(error));
  return app;
}

/** Serves the certificates API over HTTP on 127.0.0.1; `url` ends in `/v1`. */
export async function serveCertificatesApi(
  options: CertificatesApiOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const listener = getRequestListener(certificatesApi(options).fetch);
  const { port, close } = await listenOnLoopback(
    createServer((request, reply) => void listener(request, reply)),
  );
  return { url: `http://127.0.0.1:${port}/v1`, close };
}

/** Wraps an operation in what every call goes through: key, interception, body, and a log entry when refused here. */
function answering({ organization, adminKeys, intercept }: CertificatesApiOptions) {
  return <Body>(
    op: ApiOperation,
    schema: z.ZodType<Body> | null,
    run: (c: Call, body: Body, by: Actor) => object,
  ) =>
    async (c: Call): Promise<Response> => {
      const scope = op === 'list' || op === 'activate' || op === 'deactivate' ? { scope: scopeOf(c) } : {};
      const refuse = (fault: ApiFault): never => {
        organization.logRefused({ op, ...scope, status: fault.status });
        throw fault;
      };
      const by = ownerOf(adminKeys, c.req.header('authorization'));
      if (!by) return refuse(new ApiFault(401, 'Incorrect API key provided.', { code: 'invalid_api_key' }));
      const instead = await intercept?.({ op, ...scope });
      if (instead instanceof Response) {
        organization.logRefused({ op, ...scope, status: instead.status });
        return instead;
      }
      if (instead === 'reset') return hangUp(c);
      const body = schema ? schema.safeParse(await c.req.json().catch(() => null)) : null;
      if (body && !body.success) return refuse(unreadable(body.error));
      const answer = run(c, body?.data as Body, by);
      return instead === 'drop-reply' ? hangUp(c) : c.json(answer);
    };
}

/** What a table of keys says of the one in an `Authorization: Bearer` header, if it is there. */
export function ownerOf<Owner>(
  keys: Readonly<Record<string, Owner>>,
  header: string | undefined,
): Owner | undefined {
  const key = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
  return key !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
}

const idOf = (c: Call): string => c.req.param('id') ?? '';

function scopeOf(c: Call): Scope {
  const project = c.req.param('project');
  // The organization is a scope of ours, not a project of theirs.
  return project === ORGANIZATION ? notFound(`project '${project}'`) : (project ?? ORGANIZATION);
}

function orderOf(c: Call): 'asc' | 'desc' {
  const order = c.req.query('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw badRequest("order must be 'asc' or 'desc'.", 'order');
  return order;
}

function unreadable(error: z.ZodError): ApiFault {
  const [issue] = error.issues;
  const param = issue?.path[0];
  return badRequest(
    issue?.message ?? 'The body is not readable.',
    param === undefined ? null : String(param),
  );
}

function hangUp(c: Call): Response {
  c.env?.incoming?.socket.destroy();
  return new Response(null, { status: 499 });
}

function faultResponse(error: unknown): Response {
  const fault = error instanceof ApiFault ? error : new ApiFault(500, 'The simulated organization failed.');
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return Response.json(errorBody(fault), { status: fault.status, headers });
}
