import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { Plan } from '../plan-document/plan.ts';
import { shutBy } from '../planning/direct-path.ts';
import type { Lasting, PlanningFacts, Succession } from '../planning/facts.ts';
import { reaches } from '../planning/reach.ts';
import { isPast } from '../succession/moved-past.ts';

/**
 * Returns from when a client can be moved to a staged leaf that has yet to begin to be valid. The leaf has to
 * last as long as it is relied on from then on (I19); undefined for any other leaf.
 */
export function comingOf(
  client: ClientFacts,
  succession: Succession,
  lasting: Lasting,
): { from: number } | undefined {
  const { anchorId, expiresAt } = succession.successor;
  const coming = leafIn(client.staged)?.coming?.[anchorId];
  if (!coming) return undefined;
  return Math.min(coming.until, expiresAt) > lasting(succession, client, coming.from) ? coming : undefined;
}

/**
 * Returns what to do about a staged leaf that has yet to begin; null for any other. Only time is missing
 * where that leaf lasts long enough, and the client's running leaf lasts until it begins. Then it begins at
 * `readyAt` (Unix seconds), and nobody has to do anything.
 */
export function comingState(
  client: ClientFacts,
  running: LeafFacts,
  succession: Succession,
  { lasting, remedy }: { lasting: Lasting; remedy: string },
): { state: string; readyAt?: number } | null {
  const { retiring, successor } = succession;
  const { stagedLabel = 'AWSPENDING' } = client;
  const coming = leafIn(client.staged)?.coming?.[successor.anchorId];
  if (!coming) return null;
  const begins = `the leaf staged as ${stagedLabel}, or an intermediate of it, is not valid before ${instant(coming.from)}`;
  if (!comingOf(client, succession, lasting)) {
    const [ends, until] = [
      Math.min(coming.until, successor.expiresAt),
      lasting(succession, client, coming.from),
    ];
    return {
      state: `${begins}, and ends at ${instant(ends)}, not after ${instant(until)}, until when it is relied on then: ${remedy}`,
    };
  }
  const ends = Math.min(running.validUntil[retiring.anchorId] ?? retiring.expiresAt, retiring.expiresAt);
  return coming.from < ends
    ? { state: `${begins}: nothing is to be done until then`, readyAt: coming.from }
    : {
        state: `${begins}, and what its client runs on ends at ${instant(ends)}, before that: ${remedy}`,
      };
}

/** Says what is staged for a client, and why it cannot move there. Times are Unix seconds. */
export function stagedState(
  { staged, project, stagedLabel = 'AWSPENDING' }: ClientFacts,
  succession: Succession,
  facts: PlanningFacts & { until: number },
): string {
  const { until } = facts;
  const successorId = succession.successor.anchorId;
  if (staged === null) return `no leaf is staged as ${stagedLabel}`;
  if ('unknown' in staged) return `what is staged as ${stagedLabel} cannot be read: ${staged.unknown}`;
  if (staged.problems.length > 0) {
    // Both are told: a person who reads only of a date waits for it, although the path is not valid even
    // then.
    const all = new Set([...staged.problems, staged.pathProblems[successorId] ?? []].flat());
    return `the leaf staged as ${stagedLabel} cannot be used: ${[...all].join(', ')}`;
  }
  if (!staged.chainsTo.includes(successorId))
    return `the leaf staged as ${stagedLabel} does not chain to ${successorId}${staged.chainProblem ? ` (${staged.chainProblem})` : ''}`;
  const ends = staged.validUntil[successorId];
  const { expiresAt } = succession.successor;
  if (expiresAt <= until)
    return `${successorId} itself ends at ${instant(expiresAt)}, not after ${instant(until)}, until when it is relied on`;
  if (ends === undefined)
    return `the leaf staged as ${stagedLabel} cannot be used: ${staged.pathProblems[successorId] ?? 'no path is valid'}`;
  const shut = shutBy(staged, project, succession, facts);
  if (shut !== null) return `the leaf staged as ${stagedLabel} would be turned away: ${shut}`;
  return `the leaf staged as ${stagedLabel}, or an intermediate of it, ends at ${instant(ends)}, not after ${instant(until)}, until when it is relied on`;
}

/** Warns of what comes with staged leaves, and of staged leaves to which nobody is moved. */
export const stagedTold = (
  rotating: readonly Succession[],
  promotions: Plan['promotions'],
  facts: PlanningFacts,
): string[] => [...identitiesTold(promotions), ...leftStaged(rotating, promotions, facts)];

/**
 * Warns of clients that are moved to another API key, or to other ids, than they call with now: their owner
 * has staged these.
 */
function identitiesTold(promotions: Plan['promotions']): string[] {
  const changing = promotions.filter(({ changesIdentity }) => changesIdentity);
  if (changing.length === 0) return [];
  const names = changing.map(({ client }) => client);
  return [
    `another API key, or other ids, stand beside the leaf that is staged than are at AWSCURRENT, and take their place once they are proven: ${firstFew(names, 20).join(', ')}. Where those at AWSCURRENT are to stay, stage the leaf again beside them`,
  ];
}

/** Warns of clients that stay on their running leaf, since the staged one is older and ends sooner (I19). */
function leftStaged(
  rotating: readonly Succession[],
  promotions: Plan['promotions'],
  { clients = [] }: PlanningFacts,
): string[] {
  const moved = new Set(promotions.map(({ client }) => client));
  return rotating.flatMap((one) => {
    const names = clients
      .filter((client) => isPast(client, one) && !moved.has(client.name))
      .filter((client) => one.scopes.some((scope) => reaches(client, scope)))
      .map(({ name, stagedLabel = 'AWSPENDING' }) => `${name} (${stagedLabel})`);
    return names.length > 0
      ? [
          `these run on a newer leaf of ${one.successor.anchorId} than the one that is staged, which ends before it, and stay on it: ${firstFew(names, 20).join(', ')}. Take the staged version's label away, or make it current by hand where it was staged as a repair`,
        ]
      : [];
  });
}
