import { type Permission, permissions } from '../world/permissions.ts';
import type { AuditLogSetting } from './audit-answer.ts';

/** What an admin key may not do, and the state of the audit log (F18, F19). By default nothing is limited. */
export type AdminLimits = {
  without?: readonly Permission[] | undefined;
  auditLog?: AuditLogSetting | undefined;
};

/** The options of an API that has one admin key, Windlass's own. */
export const adminKeyOf = (key: string, { without = [], auditLog = {} }: AdminLimits) => ({
  adminKeys: { [key]: 'windlass' as const },
  permissions: { [key]: permissions.filter((one) => !without.includes(one)) },
  auditLog,
});
