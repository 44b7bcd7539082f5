import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type AnchorChoice, inOrderOf } from './anchor-choice.ts';
import { ApiFault, badRequest, notFound } from './api-fault.ts';
import { createCallLog } from './call-log.ts';
import { createLateChanges, LISTINGS } from './late-changes.ts';
import { pageOf } from './page.ts';
import type {
  Project,
  SimulatedOrganization,
  StoredAnchor,
  ToggledAnchor,
} from './simulated-organization.ts';
import { createTrust } from './trust.ts';
import { readUpload } from './upload-checks.ts';

const [QUOTA, BATCH] = [50, 10];
type OrganizationOptions = {
  now: () => number;
  projects: readonly Project[];
  choice?: AnchorChoice;
  /** At how many places a host answers. Each hears of a toggle by itself, and they take turns. */
  edges?: number;
};

/**
 * Makes an organization without anchors, whose only clock is `now` (Unix seconds). By default its hosts ask
 * the anchor first that was activated first. Throws only {@link ApiFault}.
 */
export function createOrganization({
  now,
  projects,
  choice = 'first',
  edges = 1,
}: OrganizationOptions): SimulatedOrganization {
  const anchors = new Map<string, StoredAnchor>();
  const trust = createTrust(now, projects);
  const late = createLateChanges(trust.changes, now);
  const { calls, logged } = createCallLog(now);
  let uploads = 0;
  let answers = 0;

  const anchorOf = (id: string): StoredAnchor => anchors.get(id) ?? notFound(`certificate '${id}'`);
  const byCreation = () => [...anchors.values()].sort((a, b) => a.createdAt - b.createdAt);
  const toggled = (list: readonly StoredAnchor[], active: ReadonlySet<string>): ToggledAnchor[] =>
    list.map((anchor) => ({ ...anchor, active: active.has(anchor.id) }));
  const freshId = (): string => {
    do uploads += 1;
    while (anchors.has(`cert_upload${uploads}`));
    return `cert_upload${uploads}`;
  };

  return {
    now,
    tellsProjects: true,
    calls,
    changes: trust.changes,
    onChange: trust.onChange,
    delayBy: late.delayBy,
    clear() {
      anchors.clear();
      trust.clear();
      late.clear();
      calls.length = 0;
    },
    logRefused: (call) => void calls.push({ at: now(), ...call }),
    isActive: (scope, id) => trust.activeIn(scope).has(id),
    trusted(project, host) {
      const place = host !== undefined && edges > 1 ? `${host} edge ${answers++ % edges}` : host;
      // A late host may still believe a deleted anchor to be active. Nobody gets in by it.
      const heard = (scope: Scope): StoredAnchor[] =>
        inOrderOf(choice, place === undefined ? trust.activeIn(scope) : late.activeAt(place, scope)).flatMap(
          (id) => anchors.get(id) ?? [],
        );
      return { project: project === ORGANIZATION ? [] : heard(project), organization: heard(ORGANIZATION) };
    },
    seed(anchor, scopes, by) {
      if (by) calls.push({ at: now(), op: 'upload', anchorIds: [anchor.id], by, status: 200 });
      anchors.set(anchor.id, { ...anchor });
      for (const scope of scopes) trust.set({ scope, anchorId: anchor.id, active: true, by: 'setup' });
    },
    upload: ({ certificate, name }, by) =>
      logged({ op: 'upload', ...(by && { by }) }, (_, entry) => {
        const read = readUpload(certificate, now());
        if ('code' in read) throw new ApiFault(400, read.message, { code: read.code, param: 'certificate' });
        if (anchors.size >= QUOTA)
          throw badRequest(`An organization holds at most ${QUOTA} certificates.`, null);
        const anchor = { id: freshId(), name: name ?? null, createdAt: now(), pem: certificate, ...read };
        anchors.set(anchor.id, anchor);
        entry.anchorIds = [anchor.id];
        return anchor;
      }),
    list: (scope, { order = 'desc', ...page } = {}) =>
      logged({ op: 'list', scope }, () => {
        const { data, ...rest } = pageOf(order === 'asc' ? byCreation() : byCreation().reverse(), page);
        trust.activeIn(scope);
        return { data: toggled(data, late.activeAt(LISTINGS, scope)), ...rest };
      }),
    retrieve: (id) => logged({ op: 'retrieve', anchorIds: [id] }, () => anchorOf(id)),
    rename: (id, name, by) =>
      logged({ op: 'rename', anchorIds: [id], ...(by && { by }) }, () => {
        const renamed = { ...anchorOf(id), name };
        anchors.set(id, renamed);
        return renamed;
      }),
    setFilter(id, filter) {
      const anchor = anchors.get(id);
      if (!anchor) return;
      const { filter: _, ...unfiltered } = anchor;
      anchors.set(id, { ...unfiltered, ...(filter !== undefined && { filter }) });
    },
    remove: (id, by) =>
      logged({ op: 'delete', anchorIds: [id], ...(by && { by }) }, () => {
        const holders = trust.holders(anchorOf(id).id).join(', ');
        if (holders) throw new ApiFault(400, `Still active in ${holders}.`, { code: 'certificate_in_use' });
        anchors.delete(id);
      }),
    toggle: (scope, to, ids, by = 'windlass') =>
      logged({ op: to, scope, anchorIds: [...ids] }, (call) => {
        trust.activeIn(scope);
        if (ids.length < 1 || ids.length > BATCH)
          throw badRequest(`Expected 1 to ${BATCH} certificate ids, got ${ids.length}.`, 'certificate_ids');
        const unknown = ids.filter((id) => !anchors.has(id));
        if (unknown.length > 0)
          throw badRequest(`Unknown certificate ids: ${unknown.join(', ')}.`, 'certificate_ids');
        for (const anchorId of ids) trust.set({ scope, anchorId, active: to === 'activate', by, call });
        return toggled([...new Set(ids)].map(anchorOf), trust.activeIn(scope));
      }),
    projects: ({ includeArchived = false, ...page } = {}) =>
      logged({ op: 'projects' }, () =>
        pageOf(includeArchived ? projects : projects.filter((p) => p.archivedAt === undefined), page),
      ),
  };
}
