import { isKnown, type ReadLine } from '../../lambdas/adapters/table/trail.ts';
import { causeOf } from '../../lambdas/domain/cause.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { idOfKey } from '../../lambdas/domain/memory/named-key.ts';
import { type Change, changesIn } from './changes.ts';
import { type Halted, haltedIn } from './halted.ts';
import { type Told, told } from './journal-detail.ts';
import { type Planned, plannedIn } from './planned.ts';
import { type Verdict, verdictsIn } from './verdicts.ts';

/** A change that the vendor's audit log has and the trail does not: who, what, when, and what it meant for the run. */
type Logged = { who: string; what: string; when: string; meant: string };
/** `absent` says why the log says nothing; `unknown` was done with the key of Windlass. */
type Audit = { absent: string | null; others: Logged[]; unknown: Logged[] };

/** One execution as the audit trail tells it; times are ISO 8601, and what it does not tell is null. */
export type Rotation = {
  execution: string;
  startedAt: string;
  endedAt: string | null;
  mode: string | null;
  reason: string | null;
  startedBy: string | null;
  /** The anchors that an emergency named, and keys of CAs that were never uploaded, by the ids under which they are remembered. */
  anchors: string[];
  /** The plan in one line, and the plan itself; of a sweep that left everything to another, what it saw to be due. */
  plan: string | null;
  planned: Planned | null;
  changes: Change[];
  verdicts: Verdict[];
  /** Scopes that halted: by the trail alone those that were not proven, and with `withHalted` those of which a verdict says so. */
  halted: Halted[];
  /** Until when it soaks, or has soaked; null of a run that ended before. */
  soakUntil: string | null;
  /** Until when a token can live that an old leaf of a keyless client was given, by every confirmation; null where a scope was left uncut (F17). */
  tokensUntil: string | null;
  nextRotationAt: string | null;
  /** `unfinished` while it runs, or when it was stopped before it could say; `retracted` is a compromise taken back by hand. */
  outcome: string;
  error: string | null;
  cause: string | null;
  /** What the vendor's audit log says beside the trail (F19); null where nobody looked, or nothing was to be told. */
  audit: Audit | null;
  /** Every line of the trail, as it was written. */
  entries: JournalEntry[];
  /** Lines of events that this version does not know: a newer deployment has written them. */
  unknownLines: number;
};

/** One rotation from its lines, in the trail's order. */
export function rotationOf(lines: readonly ReadLine[]): Rotation {
  const entries = lines.filter(isKnown);
  const all = entries.map(told);
  // A step that was tried again wrote more than one line: what the rotation went by is the last.
  const last = (event: JournalEntry['event']) => all.findLast((entry) => entry.event === event);
  const [{ execution = '', startedAt = '' } = {}] = lines;
  const planned = last('planned');
  const met = planned ? undefined : last('busy');
  const busy = met?.told;
  const ended = last('ended');
  const asked = planned?.told ?? busy;
  // A plan that failed wrote nothing down: the end says who asked for it, and of an emergency its first line.
  // A compromise taken back is no rotation: a line by itself says who did it.
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

/** A run that goes through sets the schedule as a step of its own, and one that halts by its last. */
const setsSchedule = ({ event, told }: Told): boolean =>
  (event === 'scheduled' || event === 'ended') && told.nextRotationAt !== null;

/** A long look goes on in further lines, and a step that was tried again tells only what is new: whether the log was silent says the last. */
function auditIn(all: readonly Told[]): Audit | null {
  const looks = all.flatMap(({ event, told }) => (event === 'audited' ? [told] : []));
  const last = looks.at(-1);
  if (!last) return null;
  const [others, unknown] = [looks.flatMap((one) => one.others), looks.flatMap((one) => one.unknown)];
  return { absent: last.absent, others, unknown };
}

/** The latest time of all confirmations. Where a cut was blocked, an old leaf is given further tokens, for as long as nobody knows. */
function tokensOf(all: readonly Told[], planned: Planned | null): string | null {
  const retiring = planned?.successions.map((one) => one.retiring) ?? [];
  if (planned?.blocked.some(({ anchor }) => retiring.includes(anchor))) return null;
  const times = all.flatMap(({ told }) => told.tokensUntil ?? []);
  return times.sort().at(-1) ?? null;
}

/** A run that halts moves whoever is proven, and nothing soaks in it: one that ended sooner has not soaked until then. */
const soakOf = (until: string | null, endedAt: string | undefined): string | null =>
  until !== null && endedAt !== undefined && endedAt < until ? null : until;
