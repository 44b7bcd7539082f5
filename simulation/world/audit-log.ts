import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Actor, TrustChange } from './trust.ts';

/** Who the log says it was, by whose doing a change is: the tracking id of an API key. */
const keyIdOf = (by: Actor): string => `key_${by}`;

/** One entry as the vendor's audit log has it (F19). */
export type AuditEntry = {
  id: string;
  effective_at: number;
  type: 'certificates.activated' | 'certificates.deactivated';
  project?: { id: string };
  actor: { type: 'api_key'; api_key: { id: string; type: 'service_account' } };
  [details: `certificates.${string}`]: { certificates: { id: string }[] };
};

/** What the log tells of these changes, the latest first: a call is one entry, and the scene's own are none. */
export function auditEntriesOf(changes: readonly TrustChange[], until: number): AuditEntry[] {
  const shown = changes.filter(({ by, at }) => by !== 'setup' && at <= until);
  const calls = Map.groupBy(shown, ({ call, scope, active, at }) => `${call} ${scope} ${active} ${at}`);
  return [...calls.values()].toReversed().flatMap((all): AuditEntry[] => {
    const [first] = all;
    if (!first) return [];
    const { at, scope, active, by } = first;
    const type = active ? ('certificates.activated' as const) : ('certificates.deactivated' as const);
    return [
      {
        ...{ id: `audit_${changes.indexOf(first)}`, effective_at: at, type },
        ...(scope !== ORGANIZATION && { project: { id: scope } }),
        actor: { type: 'api_key', api_key: { id: keyIdOf(by), type: 'service_account' } },
        [type]: { certificates: all.map(({ anchorId }) => ({ id: anchorId })) },
      },
    ];
  });
}
