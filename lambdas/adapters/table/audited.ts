import type { Clock } from '../../clock.ts';
import { INTENDED_BEFORE } from '../../domain/audit/intents.ts';
import { reconcile } from '../../domain/audit/reconcile.ts';
import { namedIn } from '../../domain/audit/tell.ts';
import { WindlassError } from '../../domain/errors.ts';
import { instant } from '../../domain/instant.ts';
import { type Audited, entryOf } from '../../domain/memory/audit.ts';
import type { CarriedPlan } from '../../domain/plan-document.ts';
import type { AuditLog, Logged } from '../openai/audit-log.ts';
import { scrub } from '../scrub.ts';
import type { Journal } from './journal.ts';

const DAY = 86_400;
/** How late an entry may come into the log, in seconds: what was not there at one look is seen by the next. */
const LATE = 2 * DAY;
/**
 * How far back a look goes at the most, in seconds, however long nobody has looked: the journal of that time is read with it, and of
 * years of a log that was closed nobody could make anything.
 */
const FURTHEST = 30 * DAY;

type Ports = { audit: AuditLog; journal: Journal; clock: Clock };

/** Whose look it is, and what was going on meanwhile: what changed may have concerned that. */
type Looking = Audited & {
  plan?: Pick<CarriedPlan, 'decision' | 'successions'> | undefined;
  /** When the rotation began that somebody else is about (ISO 8601). */
  since?: string;
};

/**
 * Holds the vendor's audit log against the journal, from two days before the last look on, and writes down what it finds (F19): always
 * after a run that was to change something, else only where there is something to tell or to know from then on. A log that is off,
 * late or closed to the key is said, and nothing more: the next look begins where this one was to.
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
    // First the log: what another run does meanwhile is in the journal before it is there.
    const logged = await audit.changes(from);
    const { lines, looks, wholeSince } = await journal.changes(from - INTENDED_BEFORE);
    const asked = Math.max(from, wholeSince ?? now);
    const run = { startedAt: begun, successions: plan?.successions ?? [] };
    const since = Math.max(asked, logged.wholeSince);
    const asRead = { logged: logged.changes, lines, looks, since, run };
    const { learnt, isSilent, ...found } = reconcile(asRead);
    const [isNoneOurs, unread] = [found.found === 0 && found.missing > 0, unreadOf(logged, asked)];
    const absent = isNoneOurs && isSilent ? ABSENT : unread;
    // Whose key is ours the looks after this one have to know: they may see nothing that we did.
    const isNews = found.others.length + found.unknown.length + learnt.length > 0;
    if (isNews || (isRotation && found.found + found.missing > 0))
      await journal.record(
        entryOf({ execution }, clock(), 'audited', { ...found, ...about, ...(absent && { absent }) }),
      );
    // Where nothing is known to be ours, what tells a key that has taken the place of ours is read again with what it does next. What is on record is
    // told: the look after this one only reads more of the log than it has to.
    if (!isNoneOurs && unread === null) await journal.rememberLook(now).catch(() => {});
    return { unknown: found.unknown.length };
  } catch (error) {
    const absent = `the audit log could not be read, which says nothing: ${whyNot(error)}`;
    if (isRotation)
      await journal.record(entryOf({ execution }, clock(), 'audited', { ...about, absent })).catch(() => {});
    return { unknown: 0 };
  }
}

/** A change of ours that the API has refused is in no log; one that has something of later is neither off nor late. */
const ABSENT = 'none of our own changes is in the log: it is switched off, or late';

const unreadOf = ({ wholeSince }: Logged, asked: number): string | null =>
  wholeSince > asked
    ? `the log is longer than a look may take: what it has of before ${instant(wholeSince)} was not read`
    : null;

const whyNot = (error: unknown): string =>
  error instanceof WindlassError && Object(error.cause).status === 403
    ? 'it is closed to the admin key, whose role may not read it'
    : scrub(String(error));
