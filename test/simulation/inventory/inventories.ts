import type { ListEntry } from '../../../simulation/inventory/inventory-file.ts';
import { entryOf } from '../../../simulation/organizations/inventory-of.ts';

export { fileOf } from '../../../simulation/organizations/inventory-of.ts';

export const DAY = 86_400;

/**
 * The present of these organizations, in Unix seconds. It is far from today, so that real time cannot have an
 * effect.
 */
export const NOW = Date.parse('2031-05-01T12:00:00Z') / 1000;

/** An anchor that is valid from `from` until `until` days after {@link NOW}. */
export const entry = (
  id: string,
  name: string | null,
  { from = -30, until, now = NOW }: { from?: number; until: number; now?: number },
): ListEntry => entryOf(id, name, { now, from, until });
