import type { InventoryFile, ListEntry } from '../../../simulation/inventory/inventory-file.ts';

export const DAY = 86_400;

/** When the organizations of these tests live, in Unix seconds: far from today, so that real time cannot creep in. */
export const NOW = Date.parse('2031-05-01T12:00:00Z') / 1000;

/** An anchor that is valid `from` and `until` so many days from {@link NOW}. */
export const entry = (
  id: string,
  name: string | null,
  { from = -30, until, now = NOW }: { from?: number; until: number; now?: number },
): ListEntry => ({
  id,
  name,
  created_at: now + from * DAY,
  certificate_details: { valid_at: now + from * DAY, expires_at: now + until * DAY },
  active: false,
});

/** An inventory of these anchors, with the ids that each scope has active; every scope named is there. */
export function fileOf(
  entries: readonly ListEntry[],
  activeIn: Readonly<Record<string, readonly string[]>>,
): InventoryFile {
  const list = (active: readonly string[]) => ({
    data: entries.map((one) => ({ ...one, active: active.includes(one.id) })),
    has_more: false as const,
  });
  const { organization = [], ...projects } = activeIn;
  return {
    organization: list(organization),
    projects: Object.entries(projects).map(([id, active]) => ({
      id,
      name: null,
      certificates: list(active),
    })),
  };
}
