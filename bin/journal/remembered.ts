import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { BegunMemory, CutMemory, SoakMemory } from '../../lambdas/domain/memory/journal.ts';
import { readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import type { Paint } from '../terminal/screen.ts';
import { section } from '../terminal/sections.ts';
import { table } from '../terminal/tables.ts';

/**
 * What the table remembers for the next run: successions that are begun and proven nowhere, soaks that go on,
 * cuts that are not confirmed, and compromised anchors.
 */
export type Memory = { begun: BegunMemory[]; soaks: SoakMemory[]; cuts: CutMemory[]; compromised: string[] };

/** Reads the memory. Throws `JournalUnavailable`. */
export async function memoryOf(of: Table): Promise<Memory> {
  const journal = dynamoJournal(of);
  const [begun, soaks, cuts, compromised] = await Promise.all([
    journal.begun(),
    journal.soaks(),
    journal.cuts(),
    journal.compromised().then((named) => named.map(({ anchorId }) => anchorId)),
  ]);
  return { begun, soaks, cuts, compromised };
}

/** How many lines of each kind are shown; the JSON has all. */
const MOST = 8;

/** The memory for people; empty when there is none. */
export function renderMemory(memory: Memory, paint: Paint): string {
  const { begun, soaks, cuts, compromised } = printable(memory);
  const unproven = begun.map(
    ({ retiring, successor, begunAt, takenBackAt }) =>
      `${retiring} → ${successor}, begun ${readable(begunAt)}${takenBackAt ? `, taken back ${readable(takenBackAt)}` : ''}`,
  );
  const soaking = soaks.map(
    ({ retiring, successor, provenAt, soakUntil, except = [] }) =>
      `${retiring} → ${successor}, proven ${readable(provenAt)}, until ${readable(soakUntil)}${except.length > 0 ? `, not in ${firstFew(except, MOST).join(', ')}` : ''}`,
  );
  const unconfirmed = cuts.map(
    ({ scope, retiring, successor, cutAt, compromised }) =>
      `${scope}: ${retiring} → ${successor}, cut ${readable(cutAt)}${compromised ? ', compromised' : ''}`,
  );
  const rows = [
    ['not proven yet', unproven],
    ['soaking', soaking],
    ['cut, not confirmed', unconfirmed],
    ['compromised', compromised],
  ] as const;
  const told = rows.flatMap(([kind, lines]) =>
    lines.length > 0 ? [[kind, firstFew(lines, MOST).join('\n')]] : [],
  );
  return told.length > 0 ? `${section('Remembered for the next run', table([], told, paint), paint)}\n` : '';
}
