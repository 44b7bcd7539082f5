import { isKnown, type ReadLine } from '../../lambdas/adapters/table/trail.ts';
import { causeOf } from '../../lambdas/domain/cause.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { idOfKey } from '../../lambdas/domain/memory/named-key.ts';
import { type Change, changesIn } from './changes.ts';
import { type Halted, haltedIn } from './halted.ts';
import { type Told, told } from './journal-detail.ts';
import { type Planned, plannedIn } from './planned.ts';
import { type Verdict, verdictsIn } from './verdicts.ts';

/**
 * A change in the vendor's audit log that the journal does not have: who, what, when, and what it meant for
 * the run.
 */
type Logged = { who: string; what: string; when: string; meant: string };
/**
 * `absent` says why the log says nothing. `unknown` are changes made with Windlass's key but not by Windlass.
 */
type Audit = { absent: string | null; others: Logged[]; unknown: Logged[] };

/**
 * One execution as the journal tells it. Times are ISO 8601. Null means that the journal does not tell it.
 */
export type Rotation = {
  execution: string;
  startedAt: string;
  endedAt: string | null;
  mode: string | null;
  reason: string | null;
  startedBy: string | null;
  /**
   * The anchors that an emergency named. Keys of CAs that were never uploaded are included by the ids under
   * which they are remembered.
   */
  anchors: string[];
  /**
   * The plan in one line, and the plan itself. For a sweep that left everything to another run: what it saw
   * to be due.
   */
  plan: string | null;
  planned: Planned | null;
  changes: Change[];
  verdicts: Verdict[];
  /**
   * Scopes that halted. The journal alone tells those that were not proven; `withHalted` adds those with a
   * halted verdict.
   */
  halted: Halted[];
  /** Until when it soaks or soaked. Null for a run that ended before that. */
  soakUntil: string | null;
  /**
   * Until when a token of a keyless client's old leaf can live, by all confirmations. Null when a scope was
   * left uncut (F17).
   */
  tokensUntil: string | null;
  nextRotationAt: string | null;
  /**
   * `unfinished` while it runs, or when it was stopped before it could write its end. `retracted` is a
   * compromise taken back by hand.
   */
  outcome: string;
  error: string | null;
  cause: string | null;
  /**
   * What the vendor's audit log says that the journal does not (F19). Null when it was not read, or had
   * nothing to tell.
   */
  audit: Audit | null;
  /** Every line of the journal, as it was written. */
  entries: JournalEntry[];
  /** How many lines have events that this version does not know, because a newer deployment wrote them. */
  unknownLines: number;
};

/** Builds one rotation from its lines, in the journal's order. */
export function rotationOf(lines: readonly ReadLine[]): Rotation {
  const entries = lines.filter(isKnown);
  const all = entries.map(told);
  // A step that was retried wrote more than one line. The rotation went by the last one.
  const last = (event: JournalEntry['event']) => all.findLast((entry) => entry.event === event);
  const [{ execution = '', startedAt = '' } = {}] = lines;
  const planned = last('planned');
  const met = planned ? undefined : last('busy');
  const busy = met?.told;
  const ended = last('ended');
  const asked = planned?.told ?? busy;
  // A Plan that failed wrote no line. Then the last line has the request, or for an emergency its first line.
  // A compromise taken back is no rotation: its only line says who did it.
  const retracted = last('retracted');
  const plan = planned ?? met;
  const decided = plan ? plannedIn(plan) : null;
  const said = [asked, ended?.told, last('named')?.told].find((one) => one?.request);
  const request = said?.request ?? retracted?.told;
  return {
    execution,
    startedAt,
    endedAt: (ended ?? retracted)?.at ?? null,
    mode: request && 'mode' in request ? request.mode : null,
    reason: request?.reason ?? null,
    startedBy: request?.startedBy ?? null,
    anchors: [...(request?.anchors ?? []), ...(said?.request?.keys ?? []).map(idOfKey)],
    plan: asked?.summary ?? null,
    planned: decided,
    changes: changesIn(all),
    verdicts: verdictsIn(all),
    halted: haltedIn(all),
    soakUntil: soakOf(last('promoted')?.told.soakUntil ?? null, ended?.at),
    tokensUntil: ended?.told.outcome === 'rotated' ? tokensOf(all, decided) : null,
    nextRotationAt: all.findLast(setsSchedule)?.told.nextRotationAt ?? null,
    outcome: ended?.told.outcome ?? (busy ? 'busy' : retracted ? 'retracted' : 'unfinished'),
    error: ended?.told.Error ?? null,
    cause: ended?.told.Cause ? causeOf(ended.told.Cause) : busy ? `${busy.holder} was rotating` : null,
    audit: auditIn(all),
    entries,
    unknownLines: lines.length - entries.length,
  };
}

/**
 * Whether a line sets the schedule. A run that goes through has a step for that; a run that halts does it in
 * Release.
 */
const setsSchedule = ({ event, told }: Told): boolean =>
  (event === 'scheduled' || event === 'ended') && told.nextRotationAt !== null;

/**
 * Joins the lines about the audit log. A long look has several lines, and a retried step writes only what is
 * new. The last line tells whether the log was silent.
 */
function auditIn(all: readonly Told[]): Audit | null {
  const looks = all.flatMap(({ event, told }) => (event === 'audited' ? [told] : []));
  const last = looks.at(-1);
  if (!last) return null;
  const [others, unknown] = [looks.flatMap((one) => one.others), looks.flatMap((one) => one.unknown)];
  return { absent: last.absent, others, unknown };
}

/**
 * The latest token time of all confirmations. When a cut was blocked, its old leaf still gets new tokens, so
 * no time is known.
 */
function tokensOf(all: readonly Told[], planned: Planned | null): string | null {
  const retiring = planned?.successions.map((one) => one.retiring) ?? [];
  if (planned?.blocked.some(({ anchor }) => retiring.includes(anchor))) return null;
  const times = all.flatMap(({ told }) => told.tokensUntil ?? []);
  return times.sort().at(-1) ?? null;
}

/**
 * The end of the soak. A run that halts promotes proven clients as well, but does not soak. So a run that
 * ended before that time had no soak until then.
 */
const soakOf = (until: string | null, endedAt: string | undefined): string | null =>
  until !== null && endedAt !== undefined && endedAt < until ? null : until;
