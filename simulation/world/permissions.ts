import { ApiFault } from './api-fault.ts';
import type { ApiOperation } from './call-log.ts';

/** What a custom role may allow an admin key (F18). */
export type Permission = 'api.mtls.read' | 'api.mtls.write' | 'the listing of projects' | 'the audit log';

/** Everything that there is to be allowed. */
export const permissions = [
  'api.mtls.read',
  'api.mtls.write',
  'the listing of projects',
  'the audit log',
] as const satisfies readonly Permission[];

/** What an operation needs its key to be allowed. */
export const neededFor = (op: ApiOperation): Permission =>
  op === 'projects'
    ? 'the listing of projects'
    : op === 'audit'
      ? 'the audit log'
      : op === 'list' || op === 'retrieve'
        ? 'api.mtls.read'
        : 'api.mtls.write';

/** The answer to a key that is not allowed an operation. */
export const forbidden = (op: ApiOperation): ApiFault =>
  new ApiFault(403, `You have insufficient permissions for this operation: it needs ${neededFor(op)}.`, {
    code: 'missing_scope',
  });
