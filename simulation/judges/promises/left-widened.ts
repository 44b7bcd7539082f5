import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { isStillOurs } from '../../log/replaying/state.ts';
import type { JudgeContext } from '../watch.ts';
import { concerned } from './witnessed.ts';

/** An undo of what was activated and nobody was moved to, since a witness was let in: its scope, and the pairs of that. */
type Undone = { scope: Scope; pairs: readonly { successor: string }[] };

/** What undos that found a witness let in have left active, once their execution ends. */
export function createUndoneWatch(context: JudgeContext) {
  const { replay } = context;
  /** Such undos by their execution. */
  const widened = new Map<string, Undone[]>();
  /** By an Undo's invocation: the successors that have soaked somewhere or were cut for, so that somebody may run on them whom nobody here knows. */
  const relied = new Map<number, Set<string>>();
  return {
    note(event: LoggedEvent): void {
      const seen = 'invocation' in event ? replay.state.invocations.get(event.invocation) : undefined;
      if (seen?.step !== 'undo' || !('invocation' in event)) return;
      const known = relied.get(event.invocation) ?? new Set();
      if (event.what === 'called' && ['soak', 'cut'].includes(event.call.about ?? ''))
        relied.set(event.invocation, new Set([...known, ...successorsIn(event.answer)]));
      if (event.what !== 'returned' || !event.heard) return;
      const { halt, plan, activation, promotion } = Object(seen.input);
      if (halt.Error !== 'TrustWidened' || !activation || promotion) return;
      const pairs = (plan.successions as Undone['pairs']).filter(({ successor }) => !known.has(successor));
      const before = widened.get(event.execution) ?? [];
      widened.set(event.execution, [...before, { scope: plan.scope, pairs }]);
    },
    leftActive: (event: LoggedEvent & { what: 'ended' }): Finding[] =>
      leftActive(event, widened.get(event.execution) ?? [], context),
  };
}

/** The successors of the pairs that the table has answered with. */
const successorsIn = (answer: unknown): string[] =>
  (Object(answer).Items ?? []).map(({ successor }: { successor: string }) => successor);

/** What an undo has left active that a run of ours had activated, and that nobody depends on. */
function leftActive(
  { at, execution }: LoggedEvent & { what: 'ended' },
  undone: readonly Undone[],
  context: JudgeContext,
): Finding[] {
  const { replay, rules } = context;
  const since = replay.state.startedAt.get(execution) ?? 0;
  const now = at / 1000;
  return undone.flatMap(({ scope, pairs }) => {
    const isOwn = (id: string) =>
      scope === ORGANIZATION && rules.issuersOf(replay.state.admin?.leaf ?? null).includes(id);
    const isDepended = (id: string) =>
      isOwn(id) ||
      rules.reaching(scope).some(({ name }) => {
        const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
        return rules.issuersOf(current).includes(id) || rules.chainOf(current).length === 0;
      });
    const usable = [
      ...replay.activeIn(scope),
      ...(scope === ORGANIZATION ? [] : replay.activeIn(ORGANIZATION)),
    ];
    const successors = new Set(pairs.map(({ successor }) => successor));
    const isSafe = usable.some((id) => !successors.has(id) && rules.isValid(id, now - rules.TOLERANCE));
    const isTouched = (replay.state.outsiderAt.get(scope) ?? 0) >= since || replay.state.broken.size > 0;
    if (!isSafe || isTouched) return [];
    return [...successors]
      .filter(
        (id) =>
          concerned(scope, id, context).length > 0 &&
          isStillOurs(replay.state, `${scope} ${id}`) &&
          replay.activeIn(scope).has(id) &&
          !isDepended(id) &&
          !rules.held(id, now),
      )
      .map((id) => ({
        kind: 'widened' as const,
        at,
        what: `${execution} ended, and has left ${id} active in ${scope}, which lets a witness in`,
      }));
  });
}
