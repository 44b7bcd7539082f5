import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { ApiCall } from './call-log.ts';
import type { DelayOf } from './late-changes.ts';
import type { Page, PageRequest } from './page.ts';
import type { Actor, TrustChange } from './trust.ts';

/** An anchor as a test or an inventory brings it. Times are Unix seconds. */
export type SeedAnchor = {
  id: string;
  name: string | null;
  createdAt: number;
  validAt?: number;
  expiresAt: number;
  pem: string | null;
  /** CEL over subject fields and SANs: which verified leaves it lets in (F16). No call shows it. */
  filter?: string;
};

export type StoredAnchor = Readonly<SeedAnchor>;
export type ToggledAnchor = StoredAnchor & { active: boolean };
/** Anchors active for a project: its own, which come first, and the organization's, each in the order in which hosts ask them (F7). */
export type Trusted = { project: StoredAnchor[]; organization: StoredAnchor[] };
export type Project = { id: string; name: string | null; archivedAt?: number; residency?: string };

/** The rules of the certificates API (F1 to F8, F12, F13) in memory, with a log to judge them by. */
export interface SimulatedOrganization {
  /** Unix seconds, virtual. */
  now(): number;
  /** From now on toggles reach the hosts and the listings this late; at first they are there at once. */
  delayBy(delayOf: DelayOf): void;
  /** Loads an anchor without F13's checks, since an inventory may hold expired ones; logged as `setup`, or as somebody's upload. */
  seed(anchor: SeedAnchor, activeIn: readonly Scope[], by?: Actor): void;
  /** Stores a CA certificate that passes F13, while the quota of 50 lasts (F1). */
  upload(body: { certificate: string; name?: string }, by?: Actor): StoredAnchor;
  /** One page of every anchor of the organization, `active` being this scope's own toggle (F4, F5). */
  list(scope: Scope, page?: PageRequest & { order?: 'asc' | 'desc' }): Page<ToggledAnchor>;
  retrieve(id: string): StoredAnchor;
  rename(id: string, name: string, by?: Actor): StoredAnchor;
  /** Whether hosts say which project the key or token of an accepted call is of, as they were seen to; nobody has promised it (F10). */
  tellsProjects: boolean;
  /** What somebody does in the console (F16); one that does not exist has none. */
  setFilter(id: string, filter?: string): void;
  /** Forgets an anchor that is inactive everywhere, else `certificate_in_use` (F6). */
  remove(id: string, by?: Actor): void;
  /** Toggles 1 to 10 anchors in one scope, all or none, and does nothing for those already there (F2). */
  toggle(scope: Scope, to: 'activate' | 'deactivate', ids: readonly string[], by?: Actor): ToggledAnchor[];
  projects(page?: PageRequest & { includeArchived?: boolean }): Page<Project>;
  isActive(scope: Scope, id: string): boolean;
  /** What a host has heard to be active for a project, or what is when none is named; nothing means no enforcement (F8). */
  trusted(project: Scope, host?: string): Trusted;
  /** Logs a call that was answered before these rules saw it, such as one with a bad admin key. */
  logRefused(call: Omit<ApiCall, 'at'>): void;
  /** Forgets every anchor, toggle and call: another organization with the same projects. */
  clear(): void;
  /** Tells of every later toggle, as soon as it is done: in which scope. */
  onChange(listener: (scope: Scope) => void): void;
  readonly changes: readonly TrustChange[];
  readonly calls: readonly ApiCall[];
}
