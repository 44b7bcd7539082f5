import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type * as z from 'zod';
import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { ApiFault, badRequest, errorBody, notFound } from '../world/api-fault.ts';
import type { ApiOperation } from '../world/call-log.ts';
import { forbidden, neededFor, type Permission } from '../world/permissions.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { Actor } from '../world/trust.ts';
import { cutShort, type Interception } from './interception.ts';

export type AnsweringOptions = {
  organization: SimulatedOrganization;
  /** Admin keys, and who makes a toggle with each key, for the log. */
  adminKeys: Readonly<Record<string, Actor>>;
  /** What some of the keys may do (F18). A key that is not named here may do everything. */
  permissions?: Readonly<Record<string, readonly Permission[]>>;
  /** Asked once per call, after the key check and before the operation. */
  intercept?: (call: { op: ApiOperation; scope?: Scope }) => Promise<Interception> | Interception;
};

export type Environment = { Bindings: Partial<HttpBindings> };
export type Call = Context<Environment>;

/**
 * Returns a wrapper that puts each operation through what every call goes through: key, interception and
 * body. A call that is refused before its operation gets its entry in the organization's log here.
 */
export function answering({ organization, adminKeys, permissions = {}, intercept }: AnsweringOptions) {
  return <Body>(
    op: ApiOperation,
    schema: z.ZodType<Body> | null,
    run: (c: Call, body: Body, by: Actor) => object,
  ) =>
    async (c: Call): Promise<Response> => {
      const call = scoped.has(op) ? { op, scope: scopeOf(c) } : { op };
      const refuse = (fault: ApiFault): never => {
        organization.logRefused({ ...call, status: fault.status });
        throw fault;
      };
      const by = ownerOf(adminKeys, c.req.header('authorization'));
      if (!by) return refuse(new ApiFault(401, 'Incorrect API key provided.', { code: 'invalid_api_key' }));
      const allowed = ownerOf(permissions, c.req.header('authorization'));
      if (allowed && !allowed.includes(neededFor(op))) return refuse(forbidden(op));
      const instead = await intercept?.(call);
      if (instead instanceof Response) {
        organization.logRefused({ ...call, status: instead.status });
        return instead;
      }
      if (typeof instead === 'function' && c.env?.incoming) await instead(c.env.incoming.socket);
      if (instead === 'reset' || typeof instead === 'function') return hangUp(c);
      const body = schema?.safeParse(await c.req.json().catch(() => null));
      if (body && !body.success) return refuse(unreadable(body.error));
      const logged = organization.calls.length;
      try {
        const answer = run(c, body?.data as Body, by);
        if (instead === 'drop-reply') return hangUp(c);
        return instead === 'garble' ? garbled(answer) : c.json(answer);
      } catch (error) {
        if (error instanceof ApiFault && organization.calls.length === logged) return refuse(error);
        throw error;
      }
    };
}

/** The scope that a call's path names: a project, or the organization. */
export function scopeOf(c: Call): Scope {
  const project = c.req.param('project');
  // The organization is a scope of ours, and no project of the vendor's.
  return project === ORGANIZATION ? notFound(`project '${project}'`) : (project ?? ORGANIZATION);
}

/**
 * The key or token in an `Authorization: Bearer` header. The scheme's case does not matter (RFC 9110, 11.1).
 */
export const bearerIn = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** What a table of keys has for the key in an `Authorization: Bearer` header, if it is there. */
export function ownerOf<Owner>(
  keys: Readonly<Record<string, Owner>>,
  header: string | undefined,
): Owner | undefined {
  const key = bearerIn(header);
  return key !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
}

/** A refusal as OpenAI sends it, with `Retry-After` where waiting helps (F12). */
export function faultResponse(error: unknown): Response {
  const fault = error instanceof ApiFault ? error : new ApiFault(500, 'The simulated organization failed.');
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return Response.json(errorBody(fault), { status: fault.status, headers });
}

const scoped: ReadonlySet<ApiOperation> = new Set(['list', 'activate', 'deactivate']);

function unreadable(error: z.ZodError): ApiFault {
  const [issue] = error.issues;
  const param = issue?.path[0];
  return badRequest(
    issue?.message ?? 'The body is not readable.',
    param === undefined ? null : String(param),
  );
}

const garbled = (answer: object): Response =>
  new Response(cutShort(JSON.stringify(answer)), { headers: { 'content-type': 'application/json' } });

function hangUp(c: Call): Response {
  c.env?.incoming?.socket.destroy();
  return new Response(null, { status: 499 });
}
