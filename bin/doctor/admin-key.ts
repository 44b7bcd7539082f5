import type { Certificates } from '../../lambdas/adapters/openai/certificates.ts';
import { readCertificates } from '../../lambdas/adapters/openai/read-certificates.ts';
import { type Inventory, type ListedAnchor, ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Organization } from '../../lib/config.ts';
import { plural } from '../terminal/dates.ts';
import { type Finding, failed, ok, troubleWith } from './finding.ts';
import type { KnownAnchor } from './secrets/leaf.ts';

/** What the admin key could read. A field is null when that could not be read. */
export type Told = {
  anchors: readonly ListedAnchor[] | null;
  projects: Inventory['projects'] | null;
  certificates: readonly KnownAnchor[] | null;
  findings: Finding[];
};

/** Tries the calls that the functions make with the admin key, except those that change something (F18). */
export async function examineAdminKey({ adminSecret }: Organization, api: Certificates): Promise<Told> {
  const attempt = attempts(adminSecret);
  const [listed, projects] = await Promise.all([
    attempt('list certificates', 'api.mtls.read', () => api.list(ORGANIZATION)),
    attempt('list projects', 'to list projects', () => api.projects()),
  ]);
  const [first] = projects.value ?? [];
  const inProject = first
    ? await attempt(`list certificates of ${first.projectId}`, 'api.mtls.read', () =>
        api.list(first.projectId),
      )
    : null;
  const contents = listed.value
    ? await attempt('read certificates', 'api.mtls.read', () => contentsOf(api, listed.value ?? []))
    : null;
  return {
    anchors: listed.value,
    projects: projects.value?.map((project) => ({ ...project, anchors: [] })) ?? null,
    certificates: contents?.value ?? null,
    findings: [
      told(listed, ({ length }) => plural(length, 'certificate')),
      told(projects, ({ length }) => plural(length, 'project')),
      ...(inProject ? [told(inProject, ({ length }) => plural(length, 'certificate'))] : []),
      ...(contents
        ? [told(contents, ({ length }) => WRITING.replace('N', plural(length, 'certificate')))]
        : []),
    ],
  };
}

const WRITING =
  'N; whether it may also write (api.mtls.write) only a rotation shows, since trying would change something';

type Attempt<T> = { value: T | null; about: Pick<Finding, 'check' | 'subject'>; trouble: Finding | null };

const told = <T>({ value, about, trouble }: Attempt<T>, seen: (value: T) => string): Finding =>
  trouble ?? ok(about, value === null ? 'nothing' : seen(value));

const attempts =
  (adminSecret: string) =>
  async <T>(what: string, permission: string, call: () => Promise<T>): Promise<Attempt<T>> => {
    const about = { check: 'admin key' as const, subject: what };
    try {
      return { value: await call(), about, trouble: null };
    } catch (error) {
      const { status } = Object(Object(error).cause) as { status?: number };
      const isForbidden =
        error instanceof WindlassError && error.name === 'AdminKeyRefused' && status === 403;
      const remedy = isForbidden
        ? `Give the role of the key in ${adminSecret} the permission ${permission}.`
        : `Look at the key in ${adminSecret} and at baseUrl, or try again where the API did not answer.`;
      const trouble = await troubleWith(about, error, remedy);
      if (!isForbidden) return { value: null, about, trouble };
      return {
        value: null,
        about,
        trouble: failed(about, `the permission ${permission} is missing: ${trouble.seen}`, remedy),
      };
    }
  };

async function contentsOf(api: Certificates, anchors: readonly ListedAnchor[]): Promise<KnownAnchor[]> {
  const ids = anchors.map(({ anchorId }) => anchorId);
  const isOne = (_: string, { name }: WindlassError) =>
    name === 'UnreadableAnswer' || name === 'UnknownAnchor';
  return (await readCertificates(api, ids, isOne)).anchors;
}
