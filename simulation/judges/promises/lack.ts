import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import { letInAgain } from '../succession/let-in-again.ts';
import type { JudgeContext } from '../watch.ts';

/** A leaf that has to last: until when, in Unix seconds. */
type Lasting = { until: number };

/** Seconds for which a host may still take a leaf that has expired. */
export const LATE_HOSTS = 3_600;

/** Whether what a client ran on when a run planned had expired by then: nobody waits for what it says of another leaf (I17). */
export function wasOver(client: string, planned: number, { replay, rules }: JudgeContext): boolean {
  const { leaves, movedAt } = replay.state;
  const moved = movedAt.get(client);
  const running = moved && moved.at > planned ? moved.from : leaves.get(client)?.AWSCURRENT;
  return running != null && rules.endOf(running) + LATE_HOSTS <= planned / 1000 + rules.TOLERANCE;
}

/**
 * True when a client holds, where anybody can read it, a sound leaf of an anchor, and both last as long as they are needed (I19), and
 * no other anchor turns it away first (F7).
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

/** Whether a host never comes to ask an anchor about a leaf, and all that it asks has expired by then (Unix seconds, F7). */
export function isShut(
  leaf: string | null,
  id: string,
  { trusted, until }: { trusted: ReadonlySet<string>; until: number },
  { rules }: Pick<JudgeContext, 'rules'>,
): boolean {
  const asked = rules.askedAbout(leaf, trusted);
  return !asked.includes(id) && !asked.some((one) => rules.isValid(one, until));
}

/** The same when a run planned, in each of its attempts: a leaf of which that was so got in nowhere, whatever this run has cut since (I17). */
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
 * Whether a client keeps one anchor from being cut: it runs on it, or may do so as far as anybody can tell, and has nothing
 * to move to. Whom nobody can place belongs to its authority where that is known, and else to any (rule 3, I17). `at` is when the cut could be made, in Unix
 * seconds.
 */
export function holdsUp(
  client: string,
  { retiring, successor, at }: { retiring: string; successor: string; at: number },
  lasting: Lasting & {
    /** Whose leaf had expired by then (Unix seconds) gets in nowhere: no cut waits for it. */
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
  // An empty secret runs nothing.
  const isHeld = replay.state.leaves.get(client)?.AWSCURRENT != null;
  return isHeld && mayBelong(client, retiring, context) && !isReady(client, successor, lasting, context);
}

/**
 * Whether a client may belong to the anchor's authority, or to one that its name has stated before: by its configuration, or by any leaf that a plan saw it run on. An authority that
 * no anchor has any more, as when all have been renamed, says nothing (I9).
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
  // Nobody may ever have read it, or not since it was on this line.
  const lines = seen.flatMap((version) => rules.issuersOf(version).flatMap(rules.authorities));
  const known = stated === undefined ? lines : [...lines, stated];
  return known.length === 0 || known.some((one) => one === null || own.includes(one) || !isThere(one));
}

/** A hold on an anchor that does not exist holds back what it may have meant: its authority's anchors, or all of them (I5, I17). */
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
