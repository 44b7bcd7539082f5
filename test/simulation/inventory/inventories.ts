import type { ListEntry } from '../../../simulation/inventory/inventory-file.ts';
import { entryOf } from '../../../simulation/organizations/inventory-of.ts';

export { fileOf } from '../../../simulation/organizations/inventory-of.ts';

export const DAY = 86_400;

/** When the organizations of these tests live, in Unix seconds: far from today, so that real time cannot creep in. */
export const NOW = Date.parse('2031-05-01T12:00:00Z') / 1000;

/** An anchor that is valid `from` and `until` so many days from {@link NOW}. */
export const entry = (
  id: string,
  name: string | null,
  { from = -30, until, now = NOW }: { from?: number; until: number; now?: number },
): ListEntry => entryOf(id, name, { now, from, until });
