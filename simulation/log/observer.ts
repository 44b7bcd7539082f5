import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import type { Lease } from '../../lambdas/domain/memory/lease.ts';
import { NEXT_SCHEDULE } from '../in-process/next-rotation.ts';
import type { World } from '../in-process/world.ts';
import type { Scenario } from '../organizations/scenario.ts';
import type { Timeline } from '../time/timeline.ts';
import type { ApiOperation } from '../world/call-log.ts';
import type { Doer, EventLog, LoggedEvent } from './event-log.ts';
import { createTrustLook } from './trust-look.ts';

export type Observer = {
  /** Notes everything that has changed since the last look as done by `by`. */
  look(by: Doer): void;
};

/** Compares the world with what it was, whatever the steps say that they did. */
export function createObserver(
  { clients }: Scenario,
  { organization, secrets, table, schedules }: World,
  eventLog: EventLog,
  { timeline, scheduled }: { timeline: Timeline; scheduled: (at: string) => void },
): Observer {
  const lookAtTrust = createTrustLook(organization, eventLog);
  const leaves = new Map<string, string | null>();
  let existing = new Map<string, string | null>();
  const seen = { secrets: 0, entries: 0, lease: '', next: '' };
  let named = new Set<string>();
  type Sight = LoggedEvent extends infer H ? (H extends unknown ? Omit<H, 'at'> : never) : never;
  const note = (sight: Sight) => void eventLog.push({ at: timeline.now(), ...sight } as LoggedEvent);

  function lookAtAnchors(by: Doer): void {
    const { data } = organization.list(ORGANIZATION, { limit: 100 });
    const all = new Map(data.map(({ id, name }) => [id, name]));
    for (const anchorId of new Set([...all.keys(), ...existing.keys()])) {
      const [name, before] = [all.get(anchorId), existing.get(anchorId)];
      const exists = name !== undefined;
      if (exists !== (before !== undefined))
        note({ what: 'anchor', by, anchorId, exists, ...keyOf(exists ? 'upload' : 'delete', anchorId) });
      else if (name && name !== before)
        note({ what: 'renamed', by, anchorId, name, ...keyOf('rename', anchorId) });
    }
    existing = all;
  }

  /** Whether somebody did the last of these with our admin key. */
  function keyOf(op: ApiOperation, anchorId: string): { withOurKey?: true } {
    const call = organization.calls.findLast(
      ({ op: done, status, anchorIds }) => done === op && status === 200 && anchorIds?.includes(anchorId),
    );
    return call?.by === 'windlass' ? { withOurKey: true } : {};
  }

  function lookAtLeaves(by: Doer): void {
    if (secrets.changes() === seen.secrets) return;
    seen.secrets = secrets.changes();
    for (const { name } of clients)
      for (const stage of ['AWSCURRENT', 'AWSPENDING'] as const) {
        const key = `${name} ${stage}`;
        const from = leaves.get(key) ?? null;
        const to = secrets.read(name, stage)?.versionId ?? null;
        if (from === to) continue;
        leaves.set(key, to);
        note({ what: 'leaf', by, client: name, stage, from, to });
      }
  }

  function lookAtTable(by: Doer): void {
    const lease = table.get('lease')?.get('lease');
    const said = JSON.stringify(lease ?? null);
    if (lease && said !== seen.lease) {
      seen.lease = said;
      note({ what: 'lease', by, lease: lease as Lease });
    }
    const compromised = new Set(table.get('compromised')?.keys());
    for (const anchorId of compromised) if (!named.has(anchorId)) note({ what: 'compromised', by, anchorId });
    // An id that a run forgets was no anchor of this organization.
    const gone = by === 'outsider' ? [...named].filter((anchorId) => !compromised.has(anchorId)) : [];
    for (const anchorId of gone) note({ what: 'retracted', by, anchorId });
    named = compromised;
    const entries = table.get('rotation');
    if (!entries || entries.size === seen.entries) return;
    for (const entry of [...entries.values()].slice(seen.entries))
      note({ what: 'recorded', by, entry: entry as JournalEntry });
    seen.entries = entries.size;
  }

  return {
    look(by) {
      // Only others upload and delete anchors.
      if (typeof by === 'string') lookAtAnchors(by);
      lookAtTrust(() => by, timeline.now());
      lookAtLeaves(by);
      lookAtTable(by);
      const next = schedules.times()[NEXT_SCHEDULE] ?? '';
      if (next === seen.next) return;
      seen.next = next;
      note({ what: 'schedule', by, next: next || null });
      if (next !== '') scheduled(next);
    },
  };
}
