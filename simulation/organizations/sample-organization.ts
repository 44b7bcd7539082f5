import type { Scope } from '../../lambdas/domain/anchor.ts';
import { dayOf } from '../../lambdas/domain/instant.ts';
import {
  type Authority,
  createAuthority,
  issueIntermediate,
  issueLeaf,
  type LeafCredential,
} from '../certificates/pki.ts';
import type { Project, SeedAnchor } from '../world/simulated-organization.ts';

const DAY = 86_400;

/** An anchor of the sample organization with the CA that can issue under it. */
export type SampleAnchor = { anchor: SeedAnchor; authority: Authority; activeIn: readonly Scope[] };

export type SampleClient = {
  name: string;
  project: string;
  anchor: string;
  /** The service account for whose token its leaf is exchanged, where the client has no API key (F17). */
  account?: string;
  credential: LeafCredential;
};

/**
 * The projects of `windlass simulate`, as many as are wanted, the named ones first. The organization scope
 * starts without an active anchor: one there would enforce in every project (F7), and the sandbox shows a
 * scope without enforcement (F8).
 */
export const sampleProjects = (count: number = namedProjects.length): readonly Project[] => [
  ...namedProjects.slice(0, count),
  ...Array.from({ length: Math.max(0, count - namedProjects.length) }, (_, i) => {
    const id = `proj_${String(namedProjects.length + i + 1).padStart(5, '0')}`;
    return { id, name: null };
  }),
];

const namedProjects: readonly Project[] = [
  { id: 'proj_billing', name: 'Billing' },
  { id: 'proj_search', name: 'Search' },
  { id: 'proj_batch', name: 'Batch' },
  { id: 'proj_sandbox', name: null },
];

/**
 * The projects beyond the named ones. Each is like Billing, with a client of the
 * expiring anchor and its next leaf.
 */
const furtherProjects = (projects: readonly Project[]): string[] =>
  projects.slice(namedProjects.length).map(({ id }) => id);

/** Days before and after now for which each anchor is valid, and where it is active. */
const anchorPlan = [
  {
    id: 'cert_acme_old',
    authority: 'acme-root',
    from: 345,
    until: 20,
    activeIn: ['proj_billing', 'proj_search'],
  },
  { id: 'cert_acme_new', authority: 'acme-root', from: 2, until: 363, activeIn: [] },
  {
    id: 'cert_globex',
    authority: 'globex-ca',
    from: 100,
    until: 265,
    activeIn: ['proj_search', 'proj_batch'],
  },
  { id: 'cert_initech_expired', authority: 'initech', from: 370, until: -5, activeIn: [] },
];

/** The name of a keyless client in its leaf. Its next leaf has the same. */
export const SAMPLE_IDENTITY = 'subject.common_name';

/**
 * The client certificates to hand out. The `-next` ones lead to the staged
 * anchor, so they are refused at first.
 */
const clientPlan: readonly Omit<SampleClient, 'credential'>[] = [
  { name: 'billing', project: 'proj_billing', anchor: 'cert_acme_old' },
  { name: 'billing-next', project: 'proj_billing', anchor: 'cert_acme_new' },
  { name: 'search', project: 'proj_search', anchor: 'cert_acme_old' },
  { name: 'search-next', project: 'proj_search', anchor: 'cert_acme_new' },
  { name: 'search-globex', project: 'proj_search', anchor: 'cert_globex' },
  { name: 'ledger', project: 'proj_billing', anchor: 'cert_acme_old', account: 'svc_ledger' },
  { name: 'ledger-next', project: 'proj_billing', anchor: 'cert_acme_new', account: 'svc_ledger' },
  { name: 'batch', project: 'proj_batch', anchor: 'cert_globex' },
  { name: 'sandbox', project: 'proj_sandbox', anchor: 'cert_globex' },
];

/**
 * Makes the CAs, one expiring, one staged, one healthy and one expired, with
 * lifetimes around `now` (Unix seconds).
 */
export function sampleAnchors(now: number, projects = sampleProjects()): Promise<SampleAnchor[]> {
  const known = new Set(projects.map(({ id }) => id));
  return Promise.all(
    anchorPlan.map(async ({ id, authority: line, from, until, ...plan }) => {
      const named = plan.activeIn.filter((project) => known.has(project));
      const activeIn = id === 'cert_acme_old' ? [...named, ...furtherProjects(projects)] : named;
      const validity = { notBefore: now - from * DAY, notAfter: now + until * DAY };
      const authority = createAuthority({ name: line, ...validity });
      const generation = dayOf(validity.notBefore).slice(0, 7);
      const anchor = {
        id,
        name: `${line}@${generation}`,
        createdAt: validity.notBefore + DAY,
        validAt: validity.notBefore,
        expiresAt: validity.notAfter,
        pem: authority.pem,
      };
      return { anchor, authority, activeIn };
    }),
  );
}

/** Issues the client certificates. Those under globex-ca have an intermediate that they send along. */
export async function sampleClients(
  anchors: readonly SampleAnchor[],
  now: number,
  projects = sampleProjects(),
): Promise<SampleClient[]> {
  const known = new Set(projects.map(({ id }) => id));
  const further: typeof clientPlan = furtherProjects(projects).flatMap((project) => [
    { name: project, project, anchor: 'cert_acme_old' },
    { name: `${project}-next`, project, anchor: 'cert_acme_new' },
  ]);
  const clients = [...clientPlan.filter(({ project }) => known.has(project)), ...further];
  const issuers = new Map<string, Authority>();
  for (const { anchor, authority } of anchors) {
    const validity = { notBefore: now - DAY, notAfter: anchor.expiresAt };
    const issuer =
      anchor.id === 'cert_globex'
        ? issueIntermediate(authority, { name: 'globex-issuing', ...validity })
        : authority;
    issuers.set(anchor.id, issuer);
  }
  return Promise.all(
    clients.map(async (client) => {
      const issuer = issuers.get(client.anchor);
      const anchor = anchors.find(({ anchor }) => anchor.id === client.anchor)?.anchor;
      if (!issuer || !anchor) throw new Error(`no sample anchor ${client.anchor}`);
      const validity = { notBefore: now - DAY, notAfter: anchor.expiresAt };
      const commonName = client.account ? identityOf(client.account) : client.name;
      return { ...client, credential: issueLeaf(issuer, { commonName, ...validity }) };
    }),
  );
}

/** The identity that a mapping takes for a service account. */
export const identityOf = (account: string): string => account.replace(/^svc_/, '');
