import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { ApiCall } from './call-log.ts';
import type { DelayOf } from './late-changes.ts';
import type { Page, PageRequest } from './page.ts';
import type { Actor, TrustChange } from './trust.ts';

/** An anchor as a test or an inventory gives it. Times are Unix seconds. */
export type SeedAnchor = {
  id: string;
  name: string | null;
  createdAt: number;
  validAt?: number;
  expiresAt: number;
  pem: string | null;
  /**
   * CEL over subject fields and SANs that says which verified leaves the anchor
   * lets in (F16). No call shows it.
   */
  filter?: string;
};

export type StoredAnchor = Readonly<SeedAnchor>;
export type ToggledAnchor = StoredAnchor & { active: boolean };
/**
 * The anchors active for a project: its own, which come first, and the organization's, each in the
 * order in which hosts ask them (F7).
 */
export type Trusted = { project: StoredAnchor[]; organization: StoredAnchor[] };
export type Project = { id: string; name: string | null; archivedAt?: number; residency?: string };

/** The rules of the certificates API (F1 to F8, F12, F13) in memory, with a log by which to judge runs. */
export interface SimulatedOrganization {
  /** Unix seconds, virtual. */
  now(): number;
  /** From now on, lets toggles reach the hosts and the listings this late. At first they arrive at once. */
  delayBy(delayOf: DelayOf): void;
  /**
   * Loads an anchor without F13's checks, since an inventory may hold expired ones. It is logged as
   * `setup`, or as somebody's upload.
   */
  seed(anchor: SeedAnchor, activeIn: readonly Scope[], by?: Actor): void;
  /** Stores a CA certificate that passes F13, up to the quota of 50 (F1). */
  upload(body: { certificate: string; name?: string }, by?: Actor): StoredAnchor;
  /** One page of all anchors of the organization; `active` is this scope's own toggle (F4, F5). */
  list(scope: Scope, page?: PageRequest & { order?: 'asc' | 'desc' }): Page<ToggledAnchor>;
  retrieve(id: string): StoredAnchor;
  rename(id: string, name: string, by?: Actor): StoredAnchor;
  /**
   * Whether hosts name the project of the key or token of an accepted call. They were seen to,
   * and nobody has promised it (F10).
   */
  tellsProjects: boolean;
  /** Sets or removes a filter as somebody does in the console (F16). An unknown id is ignored. */
  setFilter(id: string, filter?: string): void;
  /** Forgets an anchor that is inactive everywhere. Throws `certificate_in_use` otherwise (F6). */
  remove(id: string, by?: Actor): void;
  /**
   * Toggles 1 to 10 anchors in one scope, all or none. Does nothing for anchors that are there already (F2).
   */
  toggle(scope: Scope, to: 'activate' | 'deactivate', ids: readonly string[], by?: Actor): ToggledAnchor[];
  projects(page?: PageRequest & { includeArchived?: boolean }): Page<Project>;
  isActive(scope: Scope, id: string): boolean;
  /**
   * What a host has heard to be active for a project, or what is active when no host is named.
   * Nothing means no enforcement (F8).
   */
  trusted(project: Scope, host?: string): Trusted;
  /** Logs a call that was answered before these rules saw it, such as one with a bad admin key. */
  logRefused(call: Omit<ApiCall, 'at'>): void;
  /** Forgets every anchor, toggle and call: another organization with the same projects. */
  clear(): void;
  /** Tells of every later toggle at once, with its scope. */
  onChange(listener: (scope: Scope) => void): void;
  readonly changes: readonly TrustChange[];
  readonly calls: readonly ApiCall[];
}
