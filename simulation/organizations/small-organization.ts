import type { InventoryFile } from '../inventory/inventory-file.ts';
import { entryOf, fileOf } from './inventory-of.ts';

type Anchor = { id: string; name: string; until: number };

/** Generations of one authority, all due but the last. */
export const line = (authority: string, ids: readonly string[]): Anchor[] =>
  ids.map((id, i) => ({ id, name: `${authority}@${i + 1}`, until: i === ids.length - 1 ? 400 : 20 }));

/**
 * Returns an organization with these anchors, of which these are active in each scope, as it is at any `now`.
 */
export const organizationOf =
  (anchors: readonly Anchor[], activeIn: Record<string, readonly string[]>) =>
  (now: number): InventoryFile =>
    fileOf(
      anchors.map(({ id, name, until }) => entryOf(id, name, { now, from: -1, until })),
      activeIn,
    );
