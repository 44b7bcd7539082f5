import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { BegunMemory, JournalEntry } from '../memory/journal.ts';
import { isLookedAtAgain } from '../overlap/settling.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { runningAt } from '../planning/running-leaves.ts';

/** A leaf that was refused after a cut, its client, and the anchors that were to let it in. */
export type TurnedAway = NonNullable<BegunMemory['refused']>[number];

/**
 * Returns the leaves that a run has seen refused after a cut in a scope, each with the successor of its
 * check.
 */
export function turnedAwayIn(
  plan: ScopePlan,
  lines: readonly JournalEntry[],
): (TurnedAway & { successor: string; project: string })[] {
  const byShard = Map.groupBy(looksAt(plan.scope, lines), ({ detail }) =>
    JSON.stringify(detail.shard ?? null),
  );
  const refused = new Set([...byShard.values()].flatMap(refusedBy));
  const checks: readonly ClientCheck[] = [...runningAt('cut', plan), ...plan.checks];
  return checks
    .filter(({ client }) => refused.has(client))
    .map(({ client, project, leaf, successor, reliesOn = [successor] }) => ({
      ...{ client, project, leaf, successor },
      by: reliesOn,
    }));
}

/**
 * Whether every shard of a scope has left a line in the trail after its cut that ends its looks. Without
 * shards the halt itself says it.
 */
export function isEachShardHeard(
  { scope, shards = [] }: Pick<ScopePlan, 'scope' | 'shards'>,
  lines: readonly JournalEntry[],
): boolean {
  const heard = looksAt(scope, lines).flatMap(({ detail }) =>
    detail.shard && ENDS.has(detail.error) ? JSON.stringify(detail.shard) : [],
  );
  return new Set(heard).size >= shards.length;
}

/**
 * The outcomes that end the looks at a shard: a line without an error, or one of these. After any other
 * outcome another look follows, and may see a client refused.
 */
const ENDS: ReadonlySet<unknown> = new Set([undefined, 'SuccessorRefused', 'TrustWidened']);

/** Leaves out a look that saw no refusal and is repeated once hosts have heard: it confirms nothing. */
const looksAt = (scope: string, lines: readonly JournalEntry[]): JournalEntry[] =>
  lines.filter(
    ({ event, detail, ...line }) => event === 'confirmed' && line.scope === scope && !isLookedAtAgain(detail),
  );

/**
 * Returns the clients that the looks at one shard have left refused. A look that confirmed the shard ends its
 * looks, so then nobody is. Otherwise the last look that saw a refusal counts, since an earlier refusal may
 * have passed. A look with another outcome takes no refusal back: it may have heard nothing of that client
 * (I9). Each look has the clock of its own instance, so the order of the lines may be wrong.
 */
function refusedBy(looks: readonly JournalEntry[]): string[] {
  if (looks.some(({ detail }) => detail.error === undefined)) return [];
  const { clients } = looks.findLast(({ detail }) => detail.error === 'SuccessorRefused')?.detail ?? {};
  return Array.isArray(clients) ? clients : [];
}

/** The most refused leaves that are remembered of a pair, since an item of the table has a size limit. */
const MOST = 500;

/**
 * Returns the leaves that a pair turned away before, with those that it has just turned away: the last leaf
 * of each client.
 */
export function withTurnedAway(before: readonly TurnedAway[], now: readonly TurnedAway[]): TurnedAway[] {
  const byClient = new Map([...before, ...now].map((one) => [one.client, one]));
  return [...byClient.values()].slice(-MOST);
}

/**
 * Returns the anchors that refused a leaf once the anchor that had let it in was cut. That cut was undone,
 * and while both anchors are active no probe tells whether the leaf would be refused again (F7, F16). Empty
 * in a manual run: by starting it a person says that the leaf gets in now.
 */
export const refusersOf = (
  { fingerprint }: Pick<LeafFacts, 'fingerprint'>,
  { memory, request }: Pick<PlanningFacts, 'memory' | 'request'>,
): ReadonlySet<string> =>
  new Set(
    request.mode === 'manual'
      ? []
      : (memory?.begun ?? [])
          .flatMap(({ refused = [] }) => refused)
          .flatMap(({ leaf, by }) => (leaf === fingerprint ? by : [])),
  );
