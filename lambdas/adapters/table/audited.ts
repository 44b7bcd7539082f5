import type { Clock } from '../../clock.ts';
import { INTENDED_BEFORE } from '../../domain/audit/intents.ts';
import { type Reconciliation, reconcile } from '../../domain/audit/reconcile.ts';
import { WindlassError } from '../../domain/errors.ts';
import { type Audited, entryOf } from '../../domain/memory/audit.ts';
import type { CarriedPlan } from '../../domain/plan-document.ts';
import type { AuditLog } from '../openai/audit-log.ts';
import { scrub } from '../scrub.ts';
import type { Journal } from './journal.ts';

/** How far back the log is read, in seconds: it may be late, and a run a day looks at each day twice. */
const WINDOW = 2 * 86_400;

type Ports = { audit: AuditLog; journal: Journal; clock: Clock };

/**
 * Holds the vendor's audit log against the journal and writes down what it finds (F19): always after a run that was to change
 * something, else only where there is something to tell. A log that is off, late or closed to the key is said, and nothing more.
 */
export async function audited(
  { audit, journal, clock }: Ports,
  { execution, plan }: Audited & { plan?: Pick<CarriedPlan, 'decision' | 'successions'> | undefined },
): Promise<{ unknown: number }> {
  const isRotation = plan === undefined || plan.decision === 'rotate';
  try {
    const window = clock() - WINDOW;
    const { lines, looks, wholeSince } = await journal.changes(window - INTENDED_BEFORE);
    const since = Math.max(window, wholeSince ?? clock());
    const run = { startedAt: execution.startedAt, successions: plan?.successions ?? [] };
    const found = reconcile({ logged: await audit.changes(since), lines, looks, since, run });
    if (tellsSomething(found) || (isRotation && found.found + found.missing > 0))
      await journal.record(entryOf({ execution }, clock(), 'audited', { ...found, ...absenceOf(found) }));
    return { unknown: found.unknown.length };
  } catch (error) {
    const absent = `the audit log could not be read, which says nothing: ${whyNot(error)}`;
    if (isRotation)
      await journal.record(entryOf({ execution }, clock(), 'audited', { absent })).catch(() => {});
    return { unknown: 0 };
  }
}

const tellsSomething = ({ others, unknown }: Reconciliation): boolean => others.length + unknown.length > 0;

const absenceOf = ({ found, missing }: Reconciliation) =>
  found === 0 && missing > 0
    ? { absent: 'none of our own changes is in the log: it is switched off, or late' }
    : {};

const whyNot = (error: unknown): string =>
  error instanceof WindlassError && error.name === 'AdminKeyRefused'
    ? 'it is closed to the admin key, whose role may not read it'
    : scrub(String(error));
