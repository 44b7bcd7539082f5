import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { Outsider } from '../faults.ts';
import type { InventoryFile } from '../inventory.ts';

const DAY = 86_400;

/** One small organization and what is run on it. */
export type Case = {
  name: string;
  /** The organization as it is at an instant in Unix seconds. */
  inventory: (now: number) => InventoryFile;
  /** The anchors that the request names, for an emergency. */
  compromised?: readonly string[];
  /** The anchors that an emergency names which comes over this rotation. */
  overtaken?: readonly string[];
  /** What somebody else does in every run of this case; clients may suffer from it. */
  outsiders?: readonly Outsider[];
  /** The invocations in which it differs from the first case, such as `verify#2`; all of them when absent. */
  differs?: readonly string[];
};

/** One scope after the other, so that a call has the same place in every run; a soak of hours is a soak. */
export const policy = { soak: 'PT6H', concurrency: 1 };

type Anchor = { id: string; name: string; expiresInDays: number };

/** Generations of one authority: all are due but the last. */
const line = (authority: string, ids: readonly string[]): Anchor[] =>
  ids.map((id, i) => ({
    id,
    name: `${authority}@${i + 1}`,
    expiresInDays: i === ids.length - 1 ? 400 : 20,
  }));

const inventoryOf =
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

const shops = Array.from({ length: 11 }, (_, i) => `cert_shop${i + 1}`);

/** The smallest organizations that differ in what a rotation has to do. */
export const cases: readonly Case[] = [
  {
    name: 'project',
    inventory: inventoryOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    overtaken: ['cert_old'],
  },
  {
    name: 'organization',
    inventory: inventoryOf(
      [...line('acme', ['cert_old', 'cert_new']), ...line('zeta', ['cert_top', 'cert_next'])],
      {
        [ORGANIZATION]: ['cert_top'],
        proj_a: ['cert_old'],
      },
    ),
    overtaken: ['cert_top'],
    // The organization's wave, when the project's is over.
    differs: ['activate#2', 'verify#2', 'promote#1', 'verify#4', 'deactivate#2', 'confirm#2'],
  },
  {
    name: 'batches',
    inventory: inventoryOf(line('acme', [...shops, 'cert_new']), { proj_a: shops }),
    differs: ['deactivate#1'],
  },
  {
    name: 'emergency',
    inventory: inventoryOf(line('acme', ['cert_old', 'cert_new']), { proj_a: ['cert_old'] }),
    compromised: ['cert_old'],
    differs: ['plan#1', 'promote#1', 'deactivate#1', 'confirm#1'],
  },
  {
    name: 'undo',
    // Somebody takes the successor out right after the cut; a bystander keeps the scope enforced.
    inventory: inventoryOf([...line('acme', ['cert_old', 'cert_new']), ...line('keel', ['cert_other'])], {
      proj_a: ['cert_old', 'cert_other'],
    }),
    outsiders: [{ at: 'confirm', nth: 1, outsider: 'deactivate', scope: 'proj_a', anchor: 'cert_new' }],
    differs: ['confirm#1', 'confirm#3', 'undo#1', 'verify#3', 'restore#1', 'release#1'],
  },
];
