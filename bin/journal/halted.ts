import type { Table } from '../../lambdas/adapters/table/table.ts';
import { dynamoVerdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { causeOf } from '../../lambdas/domain/cause.ts';
import type { ScopeVerdict } from '../../lambdas/domain/document.ts';
import { phases } from '../../lambdas/domain/manifest.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { type Told, told } from './journal-detail.ts';

/** A scope that halted, and the reason as far as it is known. */
export type Halted = { scope: string; error: string | null; cause: string | null };

/** The fields of a rotation that are needed to find its halted scopes. */
type Run = {
  execution: string;
  startedAt: string;
  outcome: string;
  entries: JournalEntry[];
  halted: Halted[];
};

/**
 * Adds the scopes that halted, read from the verdicts of their executions. A scope that halts before its cut,
 * or whose activation fails, writes no line. Throws `JournalUnavailable`.
 */
export async function withHalted<T extends Run>(table: Table, rotation: T): Promise<T> {
  if (!MAY_HAVE_HALTED.has(rotation.outcome)) return rotation;
  const execution = { id: rotation.execution, startedAt: rotation.startedAt };
  const verdicts = dynamoVerdicts(table);
  const left = await Promise.all(phases.map((phase) => verdicts.of({ execution, phase })));
  return { ...rotation, halted: haltedIn(rotation.entries.map(told), left.flat()) };
}

/** Outcomes of runs in which some scope may have halted. A run that goes on is among them. */
const MAY_HAVE_HALTED: ReadonlySet<string> = new Set(['unfinished', 'halted', 'stopped', 'superseded']);

/** Errors of scopes that were kept from beginning. Such a scope has not halted by itself. */
const ENDED_FROM_OUTSIDE: ReadonlySet<string> = new Set(['Stopped', 'Superseded']);

/**
 * The scopes with a halted verdict, the last verdict of each scope counting, and those that the promotion
 * left out as unproven.
 */
export function haltedIn(entries: readonly Told[], verdicts: readonly ScopeVerdict[] = []): Halted[] {
  const own = verdicts.filter(({ error }) => !ENDED_FROM_OUTSIDE.has(error));
  const last = new Map(own.map((one) => [one.scope, one]));
  const unproven = entries.flatMap((one) => one.told.unproven).filter((scope) => !last.has(scope));
  const halts = [...last.values()].filter(({ verdict }) => verdict === 'halted');
  return [
    ...halts.map(({ scope, error, cause }) => ({ scope, error, cause: causeOf(cause) })),
    ...[...new Set(unproven)].map((scope) => ({ scope, error: null, cause: null })),
  ];
}
