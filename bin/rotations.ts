import { history } from '../lambdas/adapters/journal.ts';
import type { Table } from '../lambdas/adapters/table.ts';
import type { JournalEntry } from '../lambdas/domain/journal.ts';
import { causeOf } from '../rehearsal/cause.ts';
import { type Change, changesIn } from './changes.ts';
import { type Told, told } from './journal-detail.ts';

/** What one look proved. */
export type Verdict = {
  at: string;
  what: 'verified' | 'confirmed';
  scope: string | null;
  evidence: string;
  probes: number;
  /** Clients whose old leaf was seen refused. */
  refused: string[];
};

/** One execution as the audit trail tells it; times are ISO 8601, and what it does not tell is null. */
export type Rotation = {
  execution: string;
  startedAt: string;
  endedAt: string | null;
  mode: string | null;
  reason: string | null;
  startedBy: string | null;
  /** The anchors that an emergency named. */
  anchors: string[];
  plan: string | null;
  changes: Change[];
  verdicts: Verdict[];
  soakUntil: string | null;
  nextRotationAt: string | null;
  /** `unfinished` while it runs, or when it was stopped before it could say. */
  outcome: string;
  error: string | null;
  cause: string | null;
};

/** The latest rotations of a table, the newest last, each whole. Throws `JournalUnavailable`. */
export async function latestRotations(table: Table, limit: number): Promise<Rotation[]> {
  // A few dozen entries make a rotation of a few scopes; a bigger one is read at the second or third attempt.
  for (let most = 40 * limit; ; most *= 4) {
    const entries = await history(table, most);
    const groups = [
      ...Map.groupBy(entries, ({ startedAt, execution }) => `${startedAt}#${execution}`).values(),
    ];
    // The oldest group may have begun before what was read.
    if (entries.length < most || groups.length > limit) return groups.slice(-limit).map(rotationOf);
  }
}

function rotationOf(entries: readonly JournalEntry[]): Rotation {
  const all = entries.map(told);
  const first = (event: JournalEntry['event']) => all.find((entry) => entry.event === event)?.told;
  const [{ execution = '', startedAt = '' } = {}] = all;
  const busy = first('busy');
  const { request = null, summary = null } = first('planned') ?? busy ?? {};
  const ended = all.findLast(({ event }) => event === 'ended');
  return {
    execution,
    startedAt,
    endedAt: ended?.at ?? null,
    mode: request?.mode ?? null,
    reason: request?.reason ?? null,
    startedBy: request?.startedBy ?? null,
    anchors: request?.anchors ?? [],
    plan: summary,
    changes: changesIn(all),
    verdicts: all.flatMap(verdictOf),
    soakUntil: first('promoted')?.soakUntil ?? null,
    nextRotationAt: first('scheduled')?.nextRotationAt ?? null,
    outcome: ended?.told.outcome ?? (busy ? 'busy' : 'unfinished'),
    error: ended?.told.Error ?? null,
    cause: ended?.told.Cause ? causeOf(ended.told.Cause) : busy ? `${busy.holder} was rotating` : null,
  };
}

function verdictOf({ at, event, scope, told: { evidence, probes, refused } }: Told): Verdict[] {
  if (event !== 'verified' && event !== 'confirmed') return [];
  return [{ at, what: event, scope: scope ?? null, evidence, probes, refused }];
}
