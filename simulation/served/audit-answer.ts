import { type AuditEntry, wholeAuditLog } from '../world/audit-log.ts';
import { type Page, type PageRequest, pageOf } from '../world/page.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';

/** The audit log: switched off, or late by seconds (F19). */
export type AuditLogSetting = { isOn?: boolean; late?: number };

/** One page of the audit log's entries that a query asks for, by time, kind and project (F19). */
export function auditPage(
  organization: SimulatedOrganization,
  { isOn = true, late = 0 }: AuditLogSetting,
  query: URLSearchParams,
  request: PageRequest,
): Page<AuditEntry> {
  const all = isOn ? wholeAuditLog(organization, organization.now() - late) : [];
  const among = (name: string, value: string | undefined): boolean => {
    const wanted = [...query.getAll(`${name}[]`), ...query.getAll(name)];
    return wanted.length === 0 || wanted.includes(value ?? '');
  };
  const asked = all.filter(
    ({ effective_at, type, project }) =>
      among('event_types', type) && among('project_ids', project?.id) && isWithin(effective_at, query),
  );
  return pageOf(asked, request);
}

const bounds: Readonly<Record<string, (at: number, bound: number) => boolean>> = {
  gt: (at, bound) => at > bound,
  gte: (at, bound) => at >= bound,
  lt: (at, bound) => at < bound,
  lte: (at, bound) => at <= bound,
};

const isWithin = (at: number, query: URLSearchParams): boolean =>
  Object.entries(bounds).every(([name, holds]) => {
    const bound = query.get(`effective_at[${name}]`);
    return bound === null || holds(at, Number(bound));
  });
