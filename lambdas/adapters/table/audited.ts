import type { Clock } from '../../clock.ts';
import { INTENDED_BEFORE } from '../../domain/audit/intents.ts';
import { reconcile } from '../../domain/audit/reconcile.ts';
import { namedIn } from '../../domain/audit/tell.ts';
import { WindlassError } from '../../domain/errors.ts';
import { instant } from '../../domain/instant.ts';
import { type Audited, entryOf } from '../../domain/memory/audit.ts';
import type { CarriedPlan } from '../../domain/plan-document/carried-plan.ts';
import type { AuditLog, Logged } from '../openai/audit-log.ts';
import { scrub } from '../scrub.ts';
import type { Journal } from './journal.ts';

const DAY = 86_400;
/** How late an entry may appear in the log, in seconds: an entry that one look missed is seen by the next. */
const LATE = 2 * DAY;
/**
 * How far back a look goes at the most, in seconds, however long ago the last one was. The journal of that
 * time is read with it, and nobody could make use of years of a log that was closed.
 */
const FURTHEST = 30 * DAY;

type Ports = { audit: AuditLog; journal: Journal; clock: Clock };

/** The run that looks, and its plan: a change may have concerned that plan. */
type Looking = Audited & {
  plan?: Pick<CarriedPlan, 'decision' | 'successions'> | undefined;
  /** When the rotation began that the look is about, if it is another run's (ISO 8601). */
  since?: string;
};

/**
 * Compares the vendor's audit log with the journal, from two days before the last look on, and records what
 * it finds (F19). It always records after a run that was to change something, and otherwise only if there is
 * something to report or to know later. A log that is off, late or closed to the key is only reported: the
 * next look then begins where this one did. Returns the number of unknown changes.
 */
export async function audited(
  { audit, journal, clock }: Ports,
  { execution, plan, since: begun = execution.startedAt }: Looking,
): Promise<{ unknown: number }> {
  const isRotation = plan === undefined || plan.decision === 'rotate';
  const now = clock();
  const about = isRotation && plan ? { about: namedIn(plan.successions) } : {};
  try {
    const from = Math.max(now - FURTHEST, ((await journal.lastLook()) ?? 0) - LATE);
    // The log is read first: another run's change is in the journal before it is in the log.
    const logged = await audit.changes(from);
    const { lines, looks, wholeSince } = await journal.changes(from - INTENDED_BEFORE);
    const asked = Math.max(from, wholeSince ?? now);
    const run = { startedAt: begun, successions: plan?.successions ?? [] };
    const since = Math.max(asked, logged.wholeSince);
    const asRead = { logged: logged.changes, lines, looks, since, run };
    const { learnt, isSilent, ...found } = reconcile(asRead);
    const [isNoneOurs, unread] = [found.found === 0 && found.missing > 0, unreadOf(logged, asked)];
    const absent = isNoneOurs && isSilent ? ABSENT : unread;
    // Later looks need to know which keys are ours: they may see no change of ours themselves.
    const isNews = found.others.length + found.unknown.length + learnt.length > 0;
    if (isNews || (isRotation && found.found + found.missing > 0))
      await journal.record(
        entryOf({ execution }, clock(), 'audited', { ...found, ...about, ...(absent && { absent }) }),
      );
    // The look is not remembered if nothing in the log is known to be ours. What shows that a new key has
    // replaced ours is then read again, together with the next changes of that key. If this write fails, the
    // findings are recorded all the same, and the next look only reads more of the log than it has to.
    if (!isNoneOurs && unread === null) await journal.rememberLook(now).catch(() => {});
    return { unknown: found.unknown.length };
  } catch (error) {
    const absent = `the audit log could not be read, which says nothing: ${whyNot(error)}`;
    if (isRotation)
      await journal.record(entryOf({ execution }, clock(), 'audited', { ...about, absent })).catch(() => {});
    return { unknown: 0 };
  }
}

/**
 * A change of ours that the API refused is in no log. A log that has something later than our changes is
 * neither off nor late.
 */
const ABSENT = 'none of our own changes is in the log: it is switched off, or late';

const unreadOf = ({ wholeSince }: Logged, asked: number): string | null =>
  wholeSince > asked
    ? `the log is longer than a look may take: what it has of before ${instant(wholeSince)} was not read`
    : null;

const whyNot = (error: unknown): string =>
  error instanceof WindlassError && Object(error.cause).status === 403
    ? 'it is closed to the admin key, whose role may not read it'
    : scrub(String(error));
