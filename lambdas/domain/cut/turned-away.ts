import type { LeafFacts } from '../client.ts';
import type { BegunMemory, JournalEntry } from '../memory/journal.ts';
import { isLookedAtAgain } from '../overlap/settling.ts';
import type { ClientCheck, ScopePlan } from '../plan-document.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { runningAt } from '../planning/running-leaves.ts';

/** A leaf that was refused after a cut, whose client it is, and the anchors that were to let it in. */
export type TurnedAway = NonNullable<BegunMemory['refused']>[number];

/** The leaves that a run has seen refused after a cut in a scope, by the successor of their check. */
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

/** Whether looks at each shard of a scope have left a word after its cut; where there are no shards the halt is that word. */
export function isEachShardHeard(
  { scope, shards = [] }: Pick<ScopePlan, 'scope' | 'shards'>,
  lines: readonly JournalEntry[],
): boolean {
  const heard = looksAt(scope, lines).flatMap(({ detail }) =>
    detail.shard && ENDS.has(detail.error) ? JSON.stringify(detail.shard) : [],
  );
  return new Set(heard).size >= shards.length;
}

/** How a look at clients comes to its end: after anything else another comes, and may see somebody refused. */
const ENDS: ReadonlySet<unknown> = new Set([undefined, 'SuccessorRefused', 'TrustWidened']);

/** A look that saw nobody refused, and that another follows once hosts have heard, confirms nothing. */
const looksAt = (scope: string, lines: readonly JournalEntry[]): JournalEntry[] =>
  lines.filter(
    ({ event, detail, ...line }) => event === 'confirmed' && line.scope === scope && !isLookedAtAgain(detail),
  );

/**
 * Whom the looks at one shard have left refused, by the last that saw a refusal, since one may pass: nobody where a look has confirmed the shard,
 * which none comes after. A look that said something else takes no refusal back: it may have heard nothing of that client (I9). Each look has the clock of
 * its own instance, so that one may only seem to be the last.
 */
function refusedBy(looks: readonly JournalEntry[]): string[] {
  if (looks.some(({ detail }) => detail.error === undefined)) return [];
  const { clients } = looks.findLast(({ detail }) => detail.error === 'SuccessorRefused')?.detail ?? {};
  return Array.isArray(clients) ? clients : [];
}

/** The most that is remembered of a pair: an item of the table has an end, and one of a scope keeps all of it. */
const MOST = 500;

/** What a pair is remembered to have turned away, with what it has just turned away: of each client the last leaf. */
export function withTurnedAway(before: readonly TurnedAway[], now: readonly TurnedAway[]): TurnedAway[] {
  const byClient = new Map([...before, ...now].map((one) => [one.client, one]));
  return [...byClient.values()].slice(-MOST);
}

/**
 * The anchors that a leaf was refused by, once what had let it in was cut: that was undone, and as long as both are active no probe tells whether it would
 * be refused again (F7, F16). Whoever starts a run by hand says that it would not.
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
