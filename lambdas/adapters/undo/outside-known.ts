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
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Journal } from '../table/journal.ts';
import { activatingLines, FURTHEST } from './activated-before.ts';
import { trailOnce } from './trail-once.ts';

const DAY = 86_400;
/**
 * How far back the trail is read for who was outside, in seconds: each span is tried until the trail tells. A
 * soak lasts as long as an execution may, and another run may resume it afterwards.
 */
const BACK = [DAY, FURTHEST, 366 * DAY];

const sincesBack = (clock: Clock): number[] => BACK.map((span) => clock() - span);

type Ports = { journal: Pick<Journal, 'changes' | 'ofExecution'>; clock: Clock };

/**
 * Returns those of the `outside` clients that no change of ours may have turned away (I9, I17). A client is
 * left out if a successor may have turned it away that this run, or a recent run, activated in the other
 * scope that judges it. It is also left out if a recent undo may let it in again, because hosts hear of an
 * undo late.
 *
 * Older activations do not count: hosts have heard of them, and their own looks have judged them. Their lines
 * also cannot know clients that were configured since. `began` is when the look began, in Unix seconds.
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
  /**
   * Whether an undo may let a client in again. A cut that is put back may let in any client. A successor that
   * is taken back may let in a client that was not outside before its activation.
   */
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

/** Whether an activation's line has the client among those that were outside before it. */
const names = (line: JournalEntry | undefined, client: string): boolean =>
  line !== undefined && textsOf(line.detail.outside).includes(client);

/**
 * Returns, by successor of a scope, the clients that were outside before its activation, and again in this
 * run's look beforehand. A successor may have been active before this run, or have been activated by an
 * attempt whose answer was lost. It may then turn clients away itself, so the line of its own activation has
 * to name the client too.
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

/**
 * Returns a scope's share without the clients that were outside before anything was activated. `passed` are
 * those of them that were to prove a successor and now prove nothing.
 */
export async function withoutOutside(
  ports: Ports,
  share: ScopePlan,
  input: Seen & { moment: 'overlap' | 'beforeCut' | 'afterUndo' },
): Promise<{ plan: ScopePlan; passed: string[] }> {
  const { moment, begin, shard } = input;
  const { beforehand, outside = [] } = begin ?? {};
  if (moment !== 'overlap') {
    // A client that got in again before the cut also has to get in after the undo.
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
