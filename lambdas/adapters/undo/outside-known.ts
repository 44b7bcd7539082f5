import type { Clock } from '../../clock.ts';
import { otherScope, type Scope } from '../../domain/anchor.ts';
import { textsOf } from '../../domain/audit/intents.ts';
import { isInShard } from '../../domain/cut/shards.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import { secondsOf } from '../../domain/instant.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { ON_ITS_WAY } from '../../domain/memory/lease.ts';
import {
  inUseIn,
  keepingOutside,
  type OutsideOf,
  passingOver,
  withoutKept,
} from '../../domain/overlap/outside-beforehand.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import type { Journal } from '../table/journal.ts';
import { activatingLines, FURTHEST } from './activated-before.ts';
import { trailOnce } from './trail-once.ts';

const DAY = 86_400;
/** How far back the trail is read for who was outside, in seconds, until it tells: a soak lasts as long as an execution may, and another run takes it up after that. */
const BACK = [DAY, FURTHEST, 366 * DAY];

const sincesBack = (clock: Clock): number[] => BACK.map((span) => clock() - span);

type Ports = { journal: Pick<Journal, 'changes' | 'ofExecution'>; clock: Clock };

/**
 * Those of some clients that a look has seen outside before its scope's activation, and that nothing of ours may have turned away by then (I9): no such successor
 * that this run, or one of late, has activated in the other scope that judges them, and nothing that an undo may not have let in again, of which hosts hear late.
 * Who was outside before that is so by nothing of ours (I17). What another run has activated longer ago hosts have heard of: its looks have judged that, and
 * its line does not know who was configured since. `began` is when that look began, in Unix seconds.
 */
export async function outsideAnyway(
  { journal, clock }: Ports,
  { execution, plan }: Pick<ScopeDocument, 'execution'> & { plan: ScopePlan },
  { outside, began }: { outside: readonly string[]; began: number },
): Promise<string[]> {
  if (outside.length === 0) return [];
  const late = began - ON_ITS_WAY;
  const trail = trailOnce(journal);
  const linesOf = activatingLines({ journal, clock, trail });
  const recent = Math.min(late, secondsOf(execution.startedAt));
  const sinces = [recent, ...sincesBack(clock)];
  const undoings = async (scope: Scope): Promise<JournalEntry[]> =>
    ((await trail(recent)).byScope.get(scope) ?? []).filter(
      ({ event, at }) => event === 'undoing' && secondsOf(at) >= late,
    );
  /** What is put back lets in whoever its cut has turned away; what is taken back, whoever was in before it was activated. */
  const mayLetIn = async (undoing: JournalEntry, client: string): Promise<boolean> => {
    const { scope = '', detail } = undoing;
    const ids = textsOf(detail.takingBack);
    if (ids.length === 0) return true;
    const before = await linesOf(scope, ids, { sinces, asOf: undoing });
    return !ids.every((id) => names(before.get(id), client));
  };
  const isOurs = async ({ client, project, successor }: ClientCheck): Promise<boolean> => {
    const other = otherScope(plan.scope, project);
    const there = (await linesOf(other, [successor], { sinces: [recent] })).get(successor);
    const isNear = there && (there.execution === execution.id || secondsOf(there.at) >= late);
    const mayTurnAway = isNear === true && !names(there, client);
    const undone = [...(await undoings(plan.scope)), ...(await undoings(other))];
    const letIn = await Promise.all(undone.map((line) => mayLetIn(line, client)));
    if (!mayTurnAway && !letIn.includes(true)) return false;
    const here = await linesOf(plan.scope, [successor], { sinces });
    return !names(here.get(successor), client);
  };
  const mayBeIn = new Set<string>();
  for (const check of inUseIn(plan))
    if (outside.includes(check.client) && (await isOurs(check))) mayBeIn.add(check.client);
  return outside.filter((client) => !mayBeIn.has(client));
}

/** Whether an activation's line has a client among those that were outside before it. */
const names = (line: JournalEntry | undefined, client: string): boolean =>
  line !== undefined && textsOf(line.detail.outside).includes(client);

/**
 * By each successor of a scope whom a look before its activation has seen outside, and the look before this one again. What was activated before this run came, or
 * by an attempt of it that nobody heard of, may be what turns somebody away now: that one has written down who was outside before.
 */
export async function outsideKnown(
  ports: Parameters<typeof activatingLines>[0],
  { plan, begin, activation }: Pick<ScopeDocument, 'plan' | 'begin' | 'activation'>,
): Promise<OutsideOf> {
  const { outside = [] } = begin?.beforehand ?? {};
  if (outside.length === 0) return new Map();
  const { activated = [], alreadyActive = [] } = activation ?? {};
  const sinces = sincesBack(ports.clock);
  const lines = await activatingLines(ports)(plan.scope, alreadyActive, { sinces });
  const earlier = [...lines].map(
    ([id, { detail }]) => [id, textsOf(detail.outside).filter((one) => outside.includes(one))] as const,
  );
  return new Map([...activated.map((id) => [id, outside] as const), ...earlier]);
}

type Seen = Pick<ScopeDocument, 'plan' | 'begin' | 'activation' | 'undo' | 'shard'>;

/** A scope's share as it is looked at where some were outside before anything was activated; `passed` are those that prove nothing for it. */
export async function withoutOutside(
  ports: Ports,
  share: ScopePlan,
  input: Seen & { moment: 'overlap' | 'beforeCut' | 'afterUndo' },
): Promise<{ plan: ScopePlan; passed: string[] }> {
  const { moment, begin, shard } = input;
  const { beforehand, outside = [] } = begin ?? {};
  if (moment !== 'overlap') {
    // Who got in again by the cut has to be in after its undo, too.
    const stillOut = outside.filter((name) => input.undo?.outside?.includes(name));
    const known = moment === 'afterUndo' ? [...stillOut, ...(beforehand?.outside ?? [])] : [];
    return { plan: withoutKept(keepingOutside(share, outside), known), passed: [] };
  }
  const { plan, passed } = passingOver(
    share,
    await outsideKnown({ ...ports, trail: trailOnce(ports.journal) }, input),
  );
  return { plan, passed: passed.filter((name) => isInShard(name, shard)) };
}
