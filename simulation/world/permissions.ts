import { ApiFault } from './api-fault.ts';
import type { ApiOperation } from './call-log.ts';

/** What a custom role may allow an admin key (F18). */
export type Permission = 'api.mtls.read' | 'api.mtls.write' | 'the listing of projects' | 'the audit log';

/** Every permission. */
export const permissions = [
  'api.mtls.read',
  'api.mtls.write',
  'the listing of projects',
  'the audit log',
] as const satisfies readonly Permission[];

/** The permission that an operation needs. */
export const neededFor = (op: ApiOperation): Permission =>
  op === 'projects'
    ? 'the listing of projects'
    : op === 'audit'
      ? 'the audit log'
      : op === 'list' || op === 'retrieve'
        ? 'api.mtls.read'
        : 'api.mtls.write';

/** The answer to a key that lacks the permission for an operation. */
export const forbidden = (op: ApiOperation): ApiFault =>
  new ApiFault(403, `You have insufficient permissions for this operation: it needs ${neededFor(op)}.`, {
    code: 'missing_scope',
  });
