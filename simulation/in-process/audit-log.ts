import { type AuditLog, changeOf } from '../../lambdas/adapters/openai/audit-log.ts';
import { wholeAuditLog } from '../world/audit-log.ts';
import { adminCaller } from './certificates.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** The vendor's audit log over the simulated organization itself, with its delay (F19). */
export function inProcessAuditLog(world: World, wire: Wire): AuditLog {
  const call = adminCaller(world, wire);
  const { organization, auditLog } = world;
  return {
    changes: (since) =>
      call({ op: 'audit' }, 'ApiRefused', () => {
        if (!auditLog.isOn) return { changes: [], wholeSince: since };
        const entries = wholeAuditLog(organization, organization.now() - auditLog.late);
        const changes = entries.filter(({ effective_at }) => effective_at >= since).flatMap(changeOf);
        return { changes, wholeSince: since };
      }),
  };
}
