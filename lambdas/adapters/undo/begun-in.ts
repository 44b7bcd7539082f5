import type { JournalEntry } from '../../domain/memory/journal.ts';

/** Returns the anchors of a scope that a run wrote down before it changed them. */
export const begunIn = (
  lines: readonly JournalEntry[],
  { scope, event, key }: { scope: string; event: string; key: string },
): string[] =>
  lines
    .filter((line) => line.event === event && line.scope === scope)
    .flatMap(({ detail }) => (Array.isArray(detail[key]) ? detail[key] : []));

/**
 * Returns the other scopes in which the run activated any of these anchors and has not begun to take it back.
 */
export function elsewhereIn(lines: readonly JournalEntry[], own: string, ids: readonly string[]): string[] {
  const byScope = Map.groupBy(lines, ({ scope }) => scope);
  return [...byScope].flatMap(([scope, there]) => {
    if (scope === undefined || scope === own) return [];
    const gone = begunIn(there, { scope, event: 'undoing', key: 'takingBack' });
    const stands = begunIn(there, { scope, event: 'activating', key: 'activating' }).some(
      (id) => ids.includes(id) && !gone.includes(id),
    );
    return stands ? scope : [];
  });
}
