import { type ProvenPart, provenPartSchema } from '../../../domain/document.ts';
import { putItem, readItems } from '../items.ts';
import type { Table } from '../table.ts';
import { type PhaseOfRun, prefixOf, type Visit } from './visit.ts';

/** What looks at parts of a scope's clients have proven. */
export interface ProvenParts {
  /**
   * Stores what a look at a part of a scope's clients came to, when the scope may halt for other clients. The
   * last record of each part counts.
   */
  leaveProven(
    visit: Visit,
    part: { at: number; of: number },
    word: Omit<ProvenPart, 'scope' | 'of'>,
  ): Promise<void>;
  /** Returns these records of all scopes, or of one. */
  provenIn(visit: PhaseOfRun & { scope?: string }): Promise<ProvenPart[]>;
}

/** Proven parts as items of the table. */
export const dynamoProvenParts = (table: Table): ProvenParts => ({
  leaveProven: ({ scope, ...visit }, { at, of }, word) =>
    putItem(table, 'proven', `${prefixOf(visit)}${scope}#${at}`, { scope, of, ...word }),
  provenIn: ({ scope, ...visit }) =>
    readItems(table, 'proven', provenPartSchema, {
      begins: prefixOf(visit) + (scope === undefined ? '' : `${scope}#`),
    }),
});
