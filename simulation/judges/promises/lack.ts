import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import { letInAgain } from '../succession/let-in-again.ts';
import type { JudgeContext } from '../watch.ts';

/** Until when a leaf has to last, in Unix seconds. */
type Lasting = { until: number };

/** Seconds for which a host may still accept a leaf that has expired. */
export const LATE_HOSTS = 3_600;

/**
 * Whether the leaf that a client ran on had expired when a run planned. Nobody waits for what that client
 * says about another leaf (I17).
 */
export function wasOver(client: string, planned: number, { replay, rules }: JudgeContext): boolean {
  const { leaves, movedAt } = replay.state;
  const moved = movedAt.get(client);
  const running = moved && moved.at > planned ? moved.from : leaves.get(client)?.AWSCURRENT;
  return running != null && rules.endOf(running) + LATE_HOSTS <= planned / 1000 + rules.TOLERANCE;
}

/**
 * Whether a client has a sound, readable leaf of an anchor. Leaf and anchor have to last as long as they are
 * needed (I19), and no other anchor may turn the leaf away first (F7).
 */
export const isReady = (client: string, id: string, { until }: Lasting, context: JudgeContext): boolean => {
  const { replay, rules, scenario } = context;
  const held = replay.readable().get(client);
  const project = scenario.clients.find(({ name }) => name === client)?.project ?? '';
  const trusted = new Set([...replay.trusted(project), id]);
  return [held?.AWSPENDING, held?.AWSCURRENT].some(
    (leaf) =>
      leaf != null &&
      rules.chainOf(leaf).includes(id) &&
      Math.min(rules.endOf(leaf), rules.anchor(id)?.expiresAt ?? 0) > until &&
      !isShut(leaf, id, { trusted, until }, context),
  );
};

/**
 * Whether a host never comes to ask an anchor about a leaf, and every anchor that it asks has
 * expired by then (Unix seconds, F7).
 */
export function isShut(
  leaf: string | null,
  id: string,
  { trusted, until }: { trusted: ReadonlySet<string>; until: number },
  { rules }: Pick<JudgeContext, 'rules'>,
): boolean {
  const asked = rules.askedAbout(leaf, trusted);
  return !asked.includes(id) && !asked.some((one) => rules.isValid(one, until));
}

/**
 * Whether that was so in each attempt at a run's plan. Such a leaf got in nowhere,
 * whatever this run has cut since (I17).
 */
export const wasShut = (
  { leaf, project }: { leaf: string | null; project: string },
  id: string,
  plans: readonly Pick<Snapshot, 'at' | 'active'>[],
  context: JudgeContext,
): boolean =>
  plans.length > 0 &&
  plans.every(({ at, active }) => {
    const trusted = new Set([project, ORGANIZATION].flatMap((scope) => [...(active.get(scope) ?? [])]));
    return isShut(leaf, id, { trusted, until: at / 1000 + context.rules.TOLERANCE }, context);
  });

/**
 * Whether a client keeps one anchor from being cut: it runs on it, or may do so as far as anybody can tell,
 * and has nothing to move to. A client whose leaf nobody can place belongs to its authority where that is
 * known, and else to any (rule 3, I17). `at` is when the cut could be made, in Unix seconds.
 */
export function holdsUp(
  client: string,
  { retiring, successor, at }: { retiring: string; successor: string; at: number },
  lasting: Lasting & {
    /** A client whose leaf had expired by then (Unix seconds) gets in nowhere, and no cut waits for it. */
    overBy?: number;
  },
  context: JudgeContext,
): boolean {
  const { replay, rules, scenario } = context;
  const project = scenario.clients.find(({ name }) => name === client)?.project ?? '';
  const held = {
    current: replay.readable().get(client)?.AWSCURRENT ?? null,
    active: replay.state.active,
    at,
  };
  const current = letInAgain({ name: client, project }, held, context);
  const isRead = current !== null && rules.issuersOf(current).some(replay.isReadable);
  if (isRead) {
    const isOnIt = rules.issuersOf(current).includes(retiring);
    const isOver = rules.endOf(current) + LATE_HOSTS < (lasting.overBy ?? 0);
    return isOnIt && !isOver && !isReady(client, successor, lasting, context);
  }
  // A client with an empty secret runs on nothing.
  const isHeld = replay.state.leaves.get(client)?.AWSCURRENT != null;
  return isHeld && mayBelong(client, retiring, context) && !isReady(client, successor, lasting, context);
}

/**
 * Whether a client may belong to the anchor's authority, or to one that the anchor's name has stated before.
 * Its configuration decides, and any leaf that a plan saw it run on. An authority that no anchor has any
 * more, as when all have been renamed, says nothing (I9).
 */
export function mayBelong(
  client: string,
  retiring: string,
  { replay, rules, scenario }: JudgeContext,
): boolean {
  const own = rules.authorities(retiring);
  const stated = scenario.clients.find(({ name }) => name === client)?.authority;
  if (own.includes(null)) return true;
  const isThere = (one: string): boolean =>
    scenario.anchors.some(({ id }) => replay.exists(id) && rules.authorities(id).at(-1) === one);
  const seen = replay.state.seenUnder.get(client) ?? [];
  // Perhaps nobody has ever read its secret, or not since it was on this line.
  const lines = seen.flatMap((version) => rules.issuersOf(version).flatMap(rules.authorities));
  const known = stated === undefined ? lines : [...lines, stated];
  return known.length === 0 || known.some((one) => one === null || own.includes(one) || !isThere(one));
}

/**
 * Whether a hold on an anchor that does not exist holds this one back: it may mean any anchor of its
 * authority, or any at all (I5, I17).
 */
export function waitsForHold(
  retiring: string,
  at: number,
  existing: { has(id: string): boolean },
  { replay, rules }: JudgeContext,
): boolean {
  const line = rules.authority(retiring, at);
  return rules
    .heldAt(at)
    .filter((id) => !existing.has(id))
    .some((id) => {
      const known = replay.state.existed.has(id) ? rules.authority(id, at) : null;
      return known === null || line === null || known === line;
    });
}
