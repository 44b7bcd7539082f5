import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { apiError } from '../../lambdas/adapters/openai/api-errors.ts';
import { readAnchors } from '../../lambdas/adapters/openai/certificate-answers.ts';
import type { Certificates, OwnCertificate } from '../../lambdas/adapters/openai/certificates.ts';
import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type ErrorName, WindlassError } from '../../lambdas/domain/errors.ts';
import { type Admission, createAdmission } from '../certificates/admission.ts';
import { ApiFault, badRequest, errorBody, notFound } from '../world/api-fault.ts';
import type { ApiOperation } from '../world/call-log.ts';
import type { WireFault } from '../world/fault-kinds.ts';
import type { Page, PageRequest } from '../world/page.ts';
import { forbidden, neededFor } from '../world/permissions.ts';
import type { ToggledAnchor } from '../world/simulated-organization.ts';
import { credentialOf } from './credential.ts';
import { type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

const BASE_URL = 'https://api.openai.com/v1';
const credential = { apiKey: 'sk-admin-simulated' };

/**
 * The certificates API over the simulated organization itself. The real adapter's own code makes its errors.
 */
export function inProcessCertificates(world: World, wire: Wire): Certificates {
  const { organization, broken } = world;
  const call = adminCaller(world, wire);
  const toggle = (op: 'activate' | 'deactivate') => (scope: Scope, anchorIds: readonly string[]) => {
    const missing = scope === ORGANIZATION ? 'UnknownAnchor' : 'UnknownProject';
    return call({ op, scope, about: `${anchorIds.join(' ')} in ${scope}` }, missing, () => {
      for (const id of anchorIds)
        if (broken.has(`stuck ${id}`)) throw badRequest(`Certificate '${id}' cannot be changed.`, id);
      organization.toggle(scope, op, anchorIds);
    });
  };
  return {
    list: (scope) =>
      call({ op: 'list', scope }, scope === ORGANIZATION ? 'ApiRefused' : 'UnknownProject', () =>
        readAnchors(everyPage((page) => organization.list(scope, page)).map(entryOf), scope),
      ),
    projects: () =>
      call({ op: 'projects' }, 'ApiRefused', () =>
        everyPage((page) => organization.projects(page))
          .filter(({ id }) => !broken.has(`project ${id}`))
          .map(({ id, name }) => ({ projectId: id, name })),
      ),
    content: (anchorId) =>
      call({ op: 'retrieve', about: anchorId }, 'UnknownAnchor', () => {
        if (broken.has(`unreadable ${anchorId}`))
          throw new ApiFault(503, 'The server is overloaded.', { code: 'server_error' });
        const { pem } = organization.retrieve(anchorId);
        if (pem === null) throw new WindlassError('UnreadableAnswer', `${anchorId} has no content`);
        return pem;
      }),
    ownCertificate: async () => world.adminCertificate ?? null,
    activate: toggle('activate'),
    deactivate: toggle('deactivate'),
  };
}

/** An anchor as the API answers with it. The adapter says what is unreadable in it (F5). */
const entryOf = ({ id, name, createdAt, validAt, expiresAt, active }: ToggledAnchor) => ({
  ...{ id, name, active, created_at: createdAt },
  certificate_details: { valid_at: validAt, expires_at: expiresAt },
});

type AdminCall = {
  op: 'list' | 'projects' | 'retrieve' | 'activate' | 'deactivate' | 'audit';
  scope?: Scope;
  about?: string;
};

/**
 * Returns the admin key's calls: over the wire, if the key is good for them, with the
 * errors that the real adapter makes.
 */
export const adminCaller =
  (world: World, wire: Wire) =>
  async <T>(about: AdminCall, missing: ErrorName, act: () => T): Promise<T> => {
    const what = `${about.op} ${about.about ?? about.scope ?? ''}`;
    try {
      const changes = about.op === 'activate' || about.op === 'deactivate';
      return await wire({ ...about, changes }, () => {
        demandWhole(world, about.op, about.scope);
        return act();
      });
    } catch (error) {
      const permission = neededFor(about.op);
      throw apiError(clientError(error, what), { what, baseURL: BASE_URL, missing, permission, credential });
    }
  };

function demandWhole(world: World, op: ApiOperation, scope?: Scope): void {
  const { broken } = world;
  if (broken.has('admin key'))
    throw new ApiFault(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
  demandEntrance(world);
  if (broken.has(`without ${neededFor(op)}`)) throw forbidden(op);
  if (broken.has(`project ${scope}`)) notFound(`project '${scope}'`);
}

function demandEntrance(world: World): void {
  if (!world.adminCertificate) return;
  const told = entranceOf(world, world.adminCertificate);
  if (told.kind === 'refused') throw new ApiFault(401, 'Client certificate refused.', { code: told.code });
}

/**
 * Judges what the admin key's calls present, or would present, by the anchors that are
 * active in the organization (F10).
 */
export function entranceOf({ organization }: Pick<World, 'organization'>, own: OwnCertificate): Admission {
  const presented = credentialOf(own)?.chain ?? null;
  return admission({ presented, trusted: organization.trusted(ORGANIZATION), now: organization.now() });
}

const admission = createAdmission();

function everyPage<T extends { id: string }>(page: (request: PageRequest) => Page<T>): T[] {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const { data, has_more, last_id } = page({ limit: 100, ...(after && { after }) });
    all.push(...data);
    if (!has_more || last_id === null) return all;
    after = last_id;
  }
}

/** The error that the API's own client would have thrown. */
function clientError(error: unknown, what: string): unknown {
  if (error instanceof ApiFault)
    return APIError.generate(error.status, errorBody(error), undefined, new Headers());
  return error instanceof WireFailure ? broken[error.fault](what) : error;
}

const refused = (status: number) => () =>
  APIError.generate(status, { error: { message: 'later' } }, undefined, new Headers());

const broken: Record<WireFault, (what: string) => Error> = {
  timeout: (what) => new APIConnectionTimeoutError({ message: what }),
  reset: (message) => new APIConnectionError({ message }),
  '429': refused(429),
  '500': refused(500),
  '503': refused(503),
  page: () => APIError.generate(403, undefined, '403 status code (no body)', new Headers()),
  malformed: (what) => new SyntaxError(`${what}: not JSON`),
};
