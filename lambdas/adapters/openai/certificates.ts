import { type ListedAnchor, ORGANIZATION, type Scope } from '../../domain/anchor.ts';
import { baseUrlFromEnvironment } from '../environment.ts';
import { type AdminApi, adminCalls } from './admin-calls.ts';
import { adminCredentialFromEnvironment } from './admin-credential.ts';
import { checkToggle, readAnchors, readContent, readProjects } from './certificate-answers.ts';
import { bodyOf, everyEntry } from './every-entry.ts';

/** The admin credential's own client certificate with its chain, leaf first, and its key, in PEM. */
export type OwnCertificate = { certificateChain: string; privateKey: string };

/** The certificates API as the steps need it. Every method throws only WindlassErrors. */
export interface Certificates {
  /** Returns one scope's listing, paged to the end (F4). Throws `UnknownProject` for an unknown project. */
  list(scope: Scope): Promise<ListedAnchor[]>;
  /** Returns every project that is not archived, paged to the end. */
  projects(): Promise<{ projectId: string; name: string | null }[]>;
  /** Returns the anchor's PEM. It stays in memory (I14). */
  content(anchorId: string): Promise<string>;
  /** Returns the client certificate that these calls present, if they do (F10). It stays in memory (I14). */
  ownCertificate(): Promise<OwnCertificate | null>;
  /** Makes one atomic call for 1 to 10 anchors (F2). Its answer is not evidence (I7). */
  activate(scope: Scope, anchorIds: readonly string[]): Promise<void>;
  /** Makes one atomic call for 1 to 10 anchors (F2). Its answer is not evidence (I7). */
  deactivate(scope: Scope, anchorIds: readonly string[]): Promise<void>;
}

/**
 * The certificates API through its official client (F15), which owns the waits of seconds: it retries and
 * honours `Retry-After`.
 */
export function openaiCertificates(options: AdminApi): Certificates {
  const call = adminCalls(options);
  const contents = new Map<string, Promise<string>>();

  const toggle = (verb: 'activate' | 'deactivate', scope: Scope, anchorIds: readonly string[]) => {
    const body = { certificate_ids: [...anchorIds] };
    const inScope = isOrganization(scope) ? 'the organization' : `project ${scope}`;
    const missing = isOrganization(scope) ? 'UnknownAnchor' : 'UnknownProject';
    const about = { missing, permission: WRITE } as const;
    return call(`${verb} ${anchorIds.join(', ')} in ${inScope}`, about, async (admin, what) => {
      const page = isOrganization(scope)
        ? await admin.certificates[verb](body)
        : await admin.projects.certificates[verb](scope, body);
      checkToggle(bodyOf(page), what);
    });
  };

  return {
    list: (scope) =>
      isOrganization(scope)
        ? call('list the organization', { missing: 'ApiRefused', permission: READ }, async (admin, what) =>
            readAnchors(await everyEntry(() => admin.certificates.list({ limit: LIMIT }), what), what),
          )
        : call(
            `list project ${scope}`,
            { missing: 'UnknownProject', permission: READ },
            async (admin, what) =>
              readAnchors(
                await everyEntry(() => admin.projects.certificates.list(scope, { limit: LIMIT }), what),
                what,
              ),
          ),
    projects: () =>
      call(
        'list projects',
        { missing: 'ApiRefused', permission: 'the listing of projects' },
        async (admin, what) =>
          readProjects(await everyEntry(() => admin.projects.list({ limit: LIMIT }), what), what),
      ),
    content: (anchorId) => {
      // An upload never changes, so its PEM is kept as long as the container lives. A failure is not kept.
      const known = contents.get(anchorId);
      if (known) return known;
      const about = { missing: 'UnknownAnchor', permission: READ } as const;
      const content = call(`retrieve anchor ${anchorId}`, about, async (admin, what) =>
        readContent(await admin.certificates.retrieve(anchorId, { include: ['content'] }), anchorId, what),
      );
      contents.set(anchorId, content);
      content.catch(() => contents.delete(anchorId));
      return content;
    },
    async ownCertificate() {
      const { certificateChain, privateKey } = await options.credential();
      return certificateChain && privateKey ? { certificateChain, privateKey } : null;
    },
    activate: (scope, anchorIds) => toggle('activate', scope, anchorIds),
    deactivate: (scope, anchorIds) => toggle('deactivate', scope, anchorIds),
  };
}

/**
 * Returns the API at `OPENAI_BASE_URL` with the admin secret of the environment. Throws
 * `InvalidConfiguration`.
 */
export const certificatesFromEnvironment = (
  patience: Pick<AdminApi, 'maxRetries' | 'timeoutMs'> = {},
): Certificates =>
  openaiCertificates({
    baseURL: baseUrlFromEnvironment(),
    credential: adminCredentialFromEnvironment(),
    ...patience,
  });

/** What the role of the admin key has to allow (F18). */
const [READ, WRITE] = ['api.mtls.read', 'api.mtls.write'] as const;

/** The most entries that a page may have (F4). */
const LIMIT = 100;

const isOrganization = (scope: Scope): boolean => scope === ORGANIZATION;
