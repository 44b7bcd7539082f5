import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { InventoryFile, ListEntry } from '../inventory/inventory-file.ts';

const DAY = 86_400;

/** When an anchor is valid: so many days before (negative) or after `now`, which is in Unix seconds. */
export type Validity = { now: number; from: number; until: number; filter?: string | undefined };

/** An anchor as a list of the API has it. */
export const entryOf = (
  id: string,
  name: string | null,
  { now, from, until, filter }: Validity,
): ListEntry => ({
  id,
  name,
  created_at: now + from * DAY,
  certificate_details: { valid_at: now + from * DAY, expires_at: now + until * DAY },
  active: false,
  ...(filter !== undefined && { filter }),
});

/**
 * Returns an inventory of these anchors, with the ids that are active in each scope. It
 * has every scope of `activeIn`.
 */
export function fileOf(
  entries: readonly ListEntry[],
  activeIn: Readonly<Record<string, readonly string[]>>,
  names: Readonly<Record<string, string>> = {},
): InventoryFile {
  const list = (active: readonly string[]) => ({
    data: entries.map((one) => ({ ...one, active: active.includes(one.id) })),
    has_more: false as const,
  });
  const named = new Map(Object.entries(names));
  const { [ORGANIZATION]: organization = [], ...projects } = activeIn;
  return {
    organization: list(organization),
    projects: Object.entries(projects).map(([id, active]) => ({
      id,
      name: named.get(id) ?? null,
      certificates: list(active),
    })),
  };
}
