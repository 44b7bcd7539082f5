import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { InventoryFile } from '../inventory/inventory-file.ts';

const DAY = 86_400;

type Anchor = { id: string; name: string; expiresInDays: number };

/** Generations of one authority: all are due but the last. */
export const line = (authority: string, ids: readonly string[]): Anchor[] =>
  ids.map((id, i) => ({
    id,
    name: `${authority}@${i + 1}`,
    expiresInDays: i === ids.length - 1 ? 400 : 20,
  }));

/** An organization with these anchors, and which of them are active where. */
export const organizationOf =
  (anchors: readonly Anchor[], activeIn: Record<string, readonly string[]>) =>
  (now: number): InventoryFile => {
    const list = (active: readonly string[] = []) => ({
      data: anchors.map(({ id, name, expiresInDays }) => ({
        id,
        name,
        created_at: now - DAY,
        certificate_details: { valid_at: now - DAY, expires_at: now + expiresInDays * DAY },
        active: active.includes(id),
      })),
      has_more: false as const,
    });
    const { [ORGANIZATION]: organization, ...projects } = activeIn;
    return {
      organization: list(organization),
      projects: Object.entries(projects).map(([id, active]) => ({
        id,
        name: id,
        certificates: list(active),
      })),
    };
  };
