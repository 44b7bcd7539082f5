import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { Shard } from '../../../lambdas/domain/plan-document/shard.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import { isFiltered } from '../promises/witnessed.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/** What an Undo was given, as far as it is judged here. */
type Handed = {
  halt: { Error: string };
  plan: ScopePlan;
  deactivation?: unknown;
};

/**
 * Judges F16: an emergency that has seen a witness get in takes nothing back that has kept the witness out
 * all the while, since something else let it in. After a cut it may take back a successor that hosts ask
 * first and that turns a client away beside the witness, or may have (F7, I9). Where there is time, a person
 * is asked which of two has let the witness in.
 */
export function createKeptOutWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  /**
   * What looks after a cut have reported of each shard, by `execution scope`: the errors of
   * their halts, undefined for none.
   */
  const said = new Map<string, Map<number, Set<unknown>>>();

  function hear({ by, entry: { event, scope, detail } }: LoggedEvent & { what: 'recorded' }): void {
    const { shard, error }: { shard?: Shard; error?: unknown } = Object(detail);
    if (typeof by !== 'object' || event !== 'confirmed' || !shard) return;
    const key = `${by.execution} ${scope}`;
    const byShard = said.get(key) ?? new Map<number, Set<unknown>>();
    said.set(key, byShard.set(shard.at, (byShard.get(shard.at) ?? new Set()).add(error)));
  }
  /** Whether some shard has seen a refusal after the cut, or has not reported what it has seen. */
  const mayHaveSeen = (execution: string, { scope, shards = [] }: ScopePlan): boolean =>
    shards.some(({ at }) => {
      const errors = said.get(`${execution} ${scope}`)?.get(at) ?? new Set();
      return errors.has('SuccessorRefused') || !(errors.has(undefined) || errors.has('TrustWidened'));
    });
  /** Whether an anchor turns away a client that reaches a scope. `now` is in Unix seconds. */
  const turnsAway = (id: string, scope: Scope, now: number): boolean =>
    rules.reaching(scope).some(({ name }) => {
      const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
      return rules.leadingTo(current).includes(id) && !rules.accepted(current, new Set([id]), now);
    });
  /** Whether an anchor has had its filter from one time to another, in milliseconds. */
  const isFilteredSince = (from: number, id: string, to: number): boolean =>
    isFiltered(id, from / 1000, context) &&
    !scenario.events.some(
      (one) => one.kind === 'filter' && one.anchor === id && one.at >= from / 1000 && one.at <= to / 1000,
    );

  return (event) => {
    if (event.what === 'recorded') hear(event);
    if (event.what !== 'returned' || !event.heard) return [];
    const { at, execution, result } = event;
    const seen = replay.state.invocations.get(event.invocation);
    if (seen?.step !== 'undo' || Object(seen.input).everywhere === true) return [];
    const { halt, plan, deactivation } = seen.input as Handed;
    const isUrgent = plan.successions.every(({ compromised }) => compromised);
    if (halt.Error !== 'TrustWidened' || !isUrgent) return [];
    const taken: readonly string[] = Object(result).takenBack ?? [];
    const isAskedFirst = (id: string): boolean =>
      plan.successions.some(({ successor, askedFirst }) => successor === id && askedFirst);
    const isExcused = (id: string): boolean =>
      deactivation !== undefined &&
      isAskedFirst(id) &&
      (mayHaveSeen(execution, plan) || turnsAway(id, plan.scope, at / 1000));
    const since = replay.state.startedAt.get(execution) ?? 0;
    return taken
      .filter((id) => isFilteredSince(since, id, at) && !isExcused(id))
      .map((id) => ({
        kind: 'undo',
        at,
        what: `${execution} took ${id} back, which has kept the witness out all the while`,
      }));
  };
}
