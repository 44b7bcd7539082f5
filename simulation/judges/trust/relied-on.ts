import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { JudgeContext } from '../watch.ts';

export type Pair = { retiring: string; successor: string };

/** The anchors that are active in a scope, and those that it inherits. */
export const usableIn = (scope: Scope, { replay }: Pick<JudgeContext, 'replay'>): string[] => [
  ...replay.activeIn(scope),
  ...(scope === ORGANIZATION ? [] : replay.activeIn(ORGANIZATION)),
];

/**
 * Whether an undo has to leave a successor active in a scope, since some client or the admin credential may
 * get in by that one alone. `pairs` are those of the scope's plan. A leaf that cannot be placed may lead to
 * any anchor (I9). A leaf whose anchor was deleted may only lead to what replaces an anchor that lets nobody
 * in any more. `at` is in Unix seconds.
 */
export function isReliedOn(
  successor: string,
  { scope, at, pairs }: { scope: Scope; at: number; pairs: readonly Pair[] },
  { replay, rules }: JudgeContext,
): boolean {
  const usable = usableIn(scope, { replay });
  const isOver = (id: string): boolean => !usable.includes(id) || !rules.isValid(id, at + rules.TOLERANCE);
  const replacesWhatIsOver = pairs.some((pair) => pair.successor === successor && isOver(pair.retiring));
  const own = scope === ORGANIZATION ? rules.issuersOf(replay.state.admin?.leaf ?? null) : [];
  return (
    own.includes(successor) ||
    rules.reaching(scope).some(({ name }) => {
      const issuers = rules.issuersOf(replay.state.leaves.get(name)?.AWSCURRENT ?? null);
      const isPlaced = issuers.length > 0;
      return !isPlaced || issuers.includes(successor) || (replacesWhatIsOver && !issuers.some(replay.exists));
    })
  );
}
