import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { isStillOurs } from '../../log/replaying/state.ts';
import { createCutForWatch } from '../trust/cut-for.ts';
import { isReliedOn, type Pair, usableIn } from '../trust/relied-on.ts';
import type { JudgeContext } from '../watch.ts';
import { concerned, isFiltered, leadsAt } from './witnessed.ts';

/**
 * An undo in the overlap, before anybody was moved, since a witness got in: its scope, when, and its pairs.
 */
type Undone = { scope: Scope; at: number; pairs: readonly Pair[] };

/** Returns a watch for what undos that found a witness let in have left active when their execution ends. */
export function createUndoneWatch(context: JudgeContext) {
  const { replay } = context;
  /** Such undos by their execution. */
  const widened = new Map<string, Undone[]>();
  /**
   * By an Undo's invocation, the soaks and cuts that it has read. A client that nobody here
   * knows may run on their successors.
   */
  const relied = new Map<number, readonly Relied[]>();
  /**
   * Executions that took back in all scopes, with what they have read of soaks and cuts; null
   * until such a step has returned.
   */
  const everywhere = new Map<string, readonly Relied[] | null>();
  const cutFor = createCutForWatch(context);
  const inUse: Finding[] = [];
  /** Executions that came to Release by themselves. */
  const released = new Set<string>();
  return {
    note(event: LoggedEvent): void {
      inUse.push(...cutFor.note(event));
      if (event.what === 'invoked' && event.step === 'release') released.add(event.execution);
      const seen = 'invocation' in event ? replay.state.invocations.get(event.invocation) : undefined;
      if (seen?.step !== 'undo' || !('invocation' in event)) return;
      const known = relied.get(event.invocation) ?? [];
      if (event.what === 'called' && ['soak', 'cut'].includes(event.call.about ?? ''))
        relied.set(event.invocation, [...known, ...reliedIn(event.answer)]);
      const isOfRun = Object(seen.input).everywhere === true;
      if (isOfRun && !everywhere.has(event.execution)) everywhere.set(event.execution, null);
      if (event.what !== 'returned' || !event.heard) return;
      if (isOfRun) everywhere.set(event.execution, relied.get(event.invocation) ?? []);
      if (isOfRun) return;
      const { halt, plan, activation, promotion } = Object(seen.input);
      if (halt.Error !== 'TrustWidened' || !activation || promotion) return;
      const pairs = withoutRelied(plan.scope, plan.successions, known);
      const before = widened.get(event.execution) ?? [];
      widened.set(event.execution, [...before, { scope: plan.scope, at: event.at, pairs }]);
    },
    /**
     * The findings at the end of a run. `scopes` are those of a plan that goes wave by wave; it is empty
     * where each scope goes by itself.
     */
    found: (event: LoggedEvent & { what: 'ended' }, scopes: readonly Scope[]): Finding[] => [
      ...inUse.splice(0),
      ...leftActive(event, (widened.get(event.execution) ?? []).map(unlessCutFor), context),
      ...leftElsewhere(event, scopes),
    ],
  };

  /**
   * What our runs have activated in any scope of a run and is still active, once its anchor let a witness in
   * anywhere: a filter is the anchor's.
   */
  function leftElsewhere(event: LoggedEvent & { what: 'ended' }, scopes: readonly Scope[]): Finding[] {
    const { execution, at } = event;
    const known = everywhere.get(execution);
    const isOver = released.has(execution) && replay.state.lease?.holder === execution;
    if (!isOver || known === null) return [];
    const since = replay.state.startedAt.get(execution) ?? 0;
    const letIn = (widened.get(execution) ?? []).flatMap(({ scope, at: seenAt, pairs }) =>
      pairs.flatMap(({ retiring, successor }) => {
        const isOpen = [seenAt, at].every((time) => !isFiltered(successor, time / 1000, context));
        const gets = concerned(scope, successor, context).some((one) =>
          leadsAt(one, since / 1000, context).includes(successor),
        );
        return isOpen && gets ? [{ retiring, successor }] : [];
      }),
    );
    const there = scopes.map((scope) => ({ scope, at, pairs: withoutRelied(scope, letIn, known ?? []) }));
    return leftActive(event, there.map(unlessCutFor), context, true);
  }
  function unlessCutFor({ pairs, ...undone }: Undone): Undone {
    return { ...undone, pairs: pairs.filter(({ successor }) => !cutFor.isBegun(undone.scope, successor)) };
  }
}

/** A soak with the scopes that it leaves out, or the cut of a scope, as the table has answered. */
type Relied = { successor: string; scope?: Scope; except?: readonly Scope[] };

const reliedIn = (answer: unknown): readonly Relied[] => Object(answer).Items ?? [];

/** The pairs without those on whose successor a client may run in a scope that nobody here knows. */
const withoutRelied = (scope: Scope, pairs: Undone['pairs'], relied: readonly Relied[]): Undone['pairs'] =>
  pairs.filter(
    ({ successor }) =>
      !relied.some(
        (one) =>
          one.successor === successor && (one.scope ?? scope) === scope && !one.except?.includes(scope),
      ),
  );

/**
 * The findings for what an undo has left active that a run of ours had activated and no client depends on.
 */
export function leftActive(
  { at, execution }: { at: number; execution: string },
  undone: readonly Undone[],
  context: JudgeContext,
  isElsewhere = false,
): Finding[] {
  const { replay, rules } = context;
  const since = replay.state.startedAt.get(execution) ?? 0;
  const now = at / 1000;
  return undone.flatMap(({ scope, at: undoneAt, pairs }) => {
    // Another run takes back what it has activated since.
    const isOthers = (id: string): boolean =>
      (replay.state.activatedAt.get(`${scope} ${id}`) ?? 0) > undoneAt;
    const usable = usableIn(scope, context);
    const successors = new Set(pairs.map(({ successor }) => successor));
    // Valid by every clock: an anchor that is about to end is nothing to fall back on (I2).
    const isSafe = usable.some(
      (id) => !successors.has(id) && [-1, 1].every((way) => rules.isValid(id, now + way * rules.TOLERANCE)),
    );
    // A refused API key says nothing about what its client runs on. The secret of a client that the scope
    // does not reach says nothing either.
    const names = new Set(rules.reaching(scope).map(({ name }) => name));
    const isBeside = (kind = '', name = '') =>
      kind === 'revoked' || (['garbled', 'missing'].includes(kind) && !names.has(name));
    const isBroken = [...replay.state.broken].some((what) => !isBeside(...what.split(' ')));
    const isTouched = (replay.state.outsiderAt.get(scope) ?? 0) >= since || isBroken;
    if (!isSafe || isTouched) return [];
    return [...successors]
      .filter(
        (id) =>
          (isElsewhere || concerned(scope, id, context).length > 0) &&
          isStillOurs(replay.state, `${scope} ${id}`) &&
          !isOthers(id) &&
          replay.activeIn(scope).has(id) &&
          !isReliedOn(id, { scope, at: undoneAt / 1000, pairs }, context) &&
          !rules.held(id, now),
      )
      .map((id) => ({
        kind: 'widened' as const,
        at,
        what: `${execution} ended, and has left ${id} active in ${scope}, which lets a witness in`,
      }));
  });
}
