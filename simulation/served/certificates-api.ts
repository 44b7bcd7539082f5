import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import * as z from 'zod';
import { badRequest } from '../world/api-fault.ts';
import type { StoredAnchor } from '../world/simulated-organization.ts';
import { certificateBody, projectBody, toggleBody } from './answer-bodies.ts';
import {
  type AnsweringOptions,
  answering,
  type Call,
  type Environment,
  faultResponse,
  scopeOf,
} from './answering.ts';
import { type AuditLogSetting, auditPage } from './audit-answer.ts';
import { listenOnLoopback } from './loopback.ts';
import { noRoute } from './no-route.ts';
import { newRequestId } from './request-id.ts';

export type CertificatesApiOptions = AnsweringOptions & {
  /** `list` answers toggles in the older shape of F3. */
  toggleShape?: 'activation' | 'list';
  /** Pages are no longer than this, whatever `limit` says, so that few anchors make many pages. */
  maxPageSize?: number;
  auditLog?: AuditLogSetting;
  /** The port to serve on; by default a free one. */
  port?: number;
};

const uploadSchema = z.object({ certificate: z.string(), name: z.string().optional() });
const renameSchema = z.object({ name: z.string().optional() });
const toggleSchema = z.object({ certificate_ids: z.array(z.string()) });

/**
 * The certificates API's routes under `/v1/organization` (F1 to F6, F12), in
 * OpenAI's answer and error shapes.
 */
export function certificatesApi(options: CertificatesApiOptions): Hono<Environment> {
  const { organization, toggleShape = 'activation', maxPageSize = 100 } = options;
  const app = new Hono<Environment>();
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('x-request-id', newRequestId());
  });
  const answer = answering(options);
  const page = (c: Call) => {
    const { limit, after } = c.req.query();
    const wanted = limit === undefined ? 20 : Number(limit);
    // An out-of-range limit is refused as it was asked, before it is capped.
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
    answer('upload', uploadSchema, (_, { certificate, name }, by) =>
      one(organization.upload({ certificate, ...(name === undefined ? {} : { name }) }, by)),
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
    answer('rename', renameSchema, (c, { name }, by) =>
      one(name === undefined ? organization.retrieve(idOf(c)) : organization.rename(idOf(c), name, by)),
    ),
  );
  app.delete(
    '/v1/organization/certificates/:id',
    answer('delete', null, (c, _, by) => {
      organization.remove(idOf(c), by);
      return { object: 'certificate.deleted', id: idOf(c) };
    }),
  );
  app.get(
    '/v1/organization/projects',
    answer('projects', null, (c) => {
      const { data, ...rest } = organization.projects({ ...page(c), includeArchived: archivedToo(c) });
      return { object: 'list', data: data.map(projectBody), ...rest };
    }),
  );
  app.get(
    '/v1/organization/audit_logs',
    answer('audit', null, (c) => {
      const { searchParams } = new URL(c.req.url);
      const { data, ...rest } = auditPage(organization, options.auditLog ?? {}, searchParams, page(c));
      return { object: 'list', data, ...rest };
    }),
  );
  app.notFound((c) => noRoute(app, c));
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
    options.port,
  );
  return { url: `http://127.0.0.1:${port}/v1`, close };
}

const idOf = (c: Call): string => c.req.param('id') ?? '';

function archivedToo(c: Call): boolean {
  const said = c.req.query('include_archived') ?? 'false';
  if (said !== 'true' && said !== 'false')
    throw badRequest("include_archived must be 'true' or 'false'.", 'include_archived');
  return said === 'true';
}

function orderOf(c: Call): 'asc' | 'desc' {
  const order = c.req.query('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw badRequest("order must be 'asc' or 'desc'.", 'order');
  return order;
}
