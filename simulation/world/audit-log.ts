import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { ApiCall, ApiOperation } from './call-log.ts';
import type { Actor, TrustChange } from './trust.ts';

/** One entry as the vendor's audit log has it (F19). */
export type AuditEntry = {
  id: string;
  effective_at: number;
  type: `certificate${'s.activated' | 's.deactivated' | '.created' | '.updated' | '.deleted'}`;
  project?: { id: string };
  actor:
    | { type: 'api_key'; api_key: { id: string; type: 'service_account' } }
    | { type: 'session'; session: { user: { id: string } } };
  [details: `certificates.${string}`]: { certificates: { id: string }[] };
  [details: `certificate.${string}`]: { id: string };
};

/**
 * Returns what the log tells of these changes of trust, and of the uploads, renamings and deletions among
 * these calls, the latest first.
 */
export function wholeAuditLog(
  { changes, calls }: { changes: readonly TrustChange[]; calls: readonly ApiCall[] },
  until: number,
): AuditEntry[] {
  const objects: AuditEntry[] = [];
  calls.forEach((call, index) => {
    // Tens of thousands of calls are of another kind: read nothing else of them.
    const type = OBJECTS[call.op];
    if (!type) return;
    const { at, anchorIds: [id] = [], by, status } = call;
    if (!by || id === undefined || status !== 200 || at > until) return;
    const details = { [type]: { id } } as Pick<AuditEntry, typeof type>;
    objects.push({ id: `audit_call_${index}`, effective_at: at, type, actor: actorOf(by), ...details });
  });
  return [...auditEntriesOf(changes, until), ...objects.toReversed()].sort(
    (a, b) => b.effective_at - a.effective_at,
  );
}

/** The entries of toggles. One call is one entry, and the setup has none. */
function auditEntriesOf(changes: readonly TrustChange[], until: number): AuditEntry[] {
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
        actor: actorOf(by),
        [type]: { certificates: all.map(({ anchorId }) => ({ id: anchorId })) },
      },
    ];
  });
}

const OBJECTS: Partial<Record<ApiOperation, `certificate.${'created' | 'updated' | 'deleted'}`>> = {
  upload: 'certificate.created',
  rename: 'certificate.updated',
  delete: 'certificate.deleted',
};

/** The actor by the log: the tracking id of an API key, or the person who was signed in to the console. */
const actorOf = (by: Actor): AuditEntry['actor'] =>
  by === 'person'
    ? { type: 'session', session: { user: { id: `user_${by}` } } }
    : { type: 'api_key', api_key: { id: `key_${by}`, type: 'service_account' } };
