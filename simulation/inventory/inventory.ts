import type { Inventory, ListedAnchor } from '../../lambdas/domain/anchor.ts';
import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { distinct, fieldsOf, valueError, withinRoom } from '../../lambdas/domain/bad-fields.ts';
import { closest } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { contradictionsIn } from './contradictions.ts';
import { type InventoryFile, inventoryShape, type ListEntry, ownKeysAt } from './inventory-file.ts';

const inventoryFileSchema = inventoryShape.superRefine((file, context) => {
  for (const { path, message } of contradictionsIn(file)) context.addIssue({ code: 'custom', path, message });
});

/**
 * Reads an inventory from parsed JSON; `source` names it in messages. Throws `InvalidInput` that lists every
 * bad field by its path, or `AnchorWithoutExpiry` where only the expiry of anchors is missing (F5).
 */
export function parseInventory(value: unknown, source: string): InventoryFile {
  const parsed = inventoryFileSchema.safeParse(value, {
    error: (issue) => (issue.input === null ? 'is null' : valueError(issue)),
  });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const lines = distinct(
    issues
      .flatMap((issue) => fieldsOf(issue, ownKeysAt(issue.path)))
      .map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}${near(value, path)}`),
  );
  const whole = (path: readonly PropertyKey[]) => (path.at(-1) === 'expires_at' ? path.slice(0, -1) : path);
  const undated = issues.every(
    ({ path }) => whole(path).at(-1) === 'certificate_details' && at(value, path) == null,
  );
  if (undated) {
    const anchors = issues.map(({ path }) => at(value, [...whole(path).slice(0, -1), 'id']));
    throw new WindlassError(
      'AnchorWithoutExpiry',
      `${source} does not say when ${[...new Set(anchors)].join(', ')} expires: ${lines.join('; ')}`,
    );
  }
  throw new WindlassError(
    'InvalidInput',
    `${source} is not an inventory, as windlass export writes one: ${withinRoom(lines.join('; '))}`,
  );
}

/** The inventory as the planner reads it. */
export function inventoryOf(file: InventoryFile): Inventory {
  return {
    organization: file.organization.data.map(listedAnchor),
    projects: file.projects.map(({ id, name, certificates }) => ({
      projectId: id,
      name: name ?? null,
      anchors: certificates.data.map(listedAnchor),
    })),
  };
}

/**
 * Every anchor of the file once, with the scopes in which it is active, and with its filter, which
 * any of its lists may state (F16).
 */
export function anchorsOf(file: InventoryFile): { entry: ListEntry; activeIn: string[] }[] {
  const anchors = new Map<string, { entry: ListEntry; activeIn: string[] }>();
  const lists = [
    { scope: ORGANIZATION, list: file.organization },
    ...file.projects.map(({ id, certificates }) => ({ scope: id, list: certificates })),
  ];
  for (const { scope, list } of lists)
    for (const entry of list.data) {
      const known = anchors.get(entry.id) ?? { entry, activeIn: [] };
      anchors.set(entry.id, known);
      if (entry.filter !== undefined) known.entry = { ...known.entry, filter: entry.filter };
      if (entry.active) known.activeIn.push(scope);
    }
  return [...anchors.values()];
}

const listedAnchor = ({ id, name, created_at, certificate_details, active }: ListEntry): ListedAnchor => ({
  anchorId: id,
  name: name ?? null,
  ...(created_at != null && { createdAt: created_at }),
  validAt: certificate_details.valid_at ?? undefined,
  expiresAt: certificate_details.expires_at,
  active,
});

/** The key beside a missing one that is probably its mistyped form. */
function near(value: unknown, path: readonly PropertyKey[]): string {
  const [missing, beside] = [String(path.at(-1)), Object(at(value, path.slice(0, -1))) as object];
  const keys = Array.isArray(beside) || Object.hasOwn(beside, missing) ? [] : Object.keys(beside);
  const found = closest(missing, keys);
  return found === undefined ? '' : ` (there is ${found})`;
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
