import { gravest } from '../errors.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { Shard } from '../plan-document/shard.ts';

/**
 * The most clients of one scope that one function proves. A proof costs some 25 ms of a small function's
 * processor.
 */
const MOST_TOGETHER = 100;

/**
 * The most shards of one scope. An inline Map runs 40 iterations at the same time (Step Functions). With 30,
 * the history of the execution stays below 25,000 events, even if each shard needs every attempt that it has.
 */
const MOST_SHARDS = 30;

type Named = { client: string };

/**
 * Returns the shards of a scope's clients; none where one function is enough. Each shard is proven, moved and
 * confirmed by functions of its own, all at once (I18). A client that is only asked which project its key is
 * of belongs to a shard as well.
 */
export function shardsOf(
  { checks, unprobed = [] }: Record<'checks', readonly Named[]> & { unprobed?: readonly Named[] | undefined },
  mostTogether = MOST_TOGETHER,
): Shard[] {
  const clients = new Set([...checks, ...unprobed].map(({ client }) => client)).size;
  if (clients <= mostTogether) return [];
  // Far fewer clients than one function may have: the largest shard decides how long all wait.
  const of = Math.min(MOST_SHARDS, Math.ceil((4 * clients) / mostTogether));
  return Array.from({ length: of }, (_, at) => ({ at, of }));
}

/** Returns what one shard has of a scope's plan; all of it where there are no shards. */
export const inShard = (plan: ScopePlan, shard: Shard | undefined): ScopePlan =>
  shard ? inShards(plan, [shard]) : plan;

/** Returns what some shards have of a scope's plan. */
export function inShards(plan: ScopePlan, shards: readonly Shard[]): ScopePlan {
  const { checks, witnesses, promotions, runningLeaves, unprobed } = plan;
  const own = <T extends { client: string }>(list: readonly T[]) =>
    list.filter(({ client }) => shards.some((shard) => isInShard(client, shard)));
  return {
    ...plan,
    checks: own(checks),
    ...(runningLeaves && { runningLeaves: own(runningLeaves) }),
    ...(unprobed && { unprobed: own(unprobed) }),
    ...(witnesses && { witnesses: own(witnesses) }),
    ...(promotions && { promotions: own(promotions) }),
  };
}

/**
 * Whether a client belongs to a shard, by its name alone. So a client that was added since the plan belongs
 * to one as well.
 */
export function isInShard(client: string, shard: Shard | undefined): boolean {
  return !shard || hashOf(client) % shard.of === shard.at;
}

type Halt = { Error: string; Cause: string };
type Halted = { halt: Halt };

/**
 * Returns the shards that ended well and, where others have halted, the gravest of their halts. That halt
 * decides what becomes of the scope.
 */
export function endOfAll<T extends object>(
  ends: readonly (T | Halted)[],
): { well: T[]; end: { anyHalted: boolean; halt?: Halt } } {
  const isHalted = (end: T | Halted): end is Halted => 'halt' in end && end.halt !== undefined;
  const halts = ends.filter(isHalted).map(({ halt }) => ({ name: halt.Error, halt }));
  const well = ends.filter((end): end is T => !isHalted(end));
  if (halts.length === 0) return { well, end: { anyHalted: false } };
  const { halt } = gravest(halts) as { halt: Halt };
  return { well, end: { anyHalted: true, halt } };
}

/** FNV-1a, 32 bits: similar names go to different shards. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
