import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { isStillOurs } from '../../log/replaying/state.ts';
import type { JudgeContext } from '../watch.ts';
import { concerned } from './witnessed.ts';

/** An undo of what was activated and nobody was moved to, since a witness was let in: its scope, and the pairs of that. */
export type Undone = { scope: Scope; pairs: readonly { successor: string }[] };

/** What an undo has left active that a run of ours had activated, and that nobody depends on. */
export function leftActive(
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
