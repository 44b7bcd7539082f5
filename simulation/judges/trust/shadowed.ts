import type { ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { isStillOurs } from '../../log/replaying/state.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * A renewal of the same name and key decides over leaves of what it replaces, and nobody can read its filter (F7, F16): that it
 * refuses clients is no lockout of ours as long as the run that is told of a refusal takes back what it has activated, or one before it (I11). An
 * execution that ends with a client outside by it has locked that client out. Without probes filters are unseen, and the plan says so.
 */
export function createShadowedWatch({ replay, rules, scenario }: JudgeContext): Watch {
  /** What an execution was to take back where it had activated it: `execution scope successor`. */
  const told = new Set<string>();
  function leftOutside({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const since = replay.state.startedAt.get(execution);
    // What was stopped in the middle, or has lost the lease, leaves it to the next run.
    if (error === null || since === undefined || replay.state.lease?.holder !== execution) return [];
    const isTouched = (scope: string) => (replay.state.outsiderAt.get(scope) ?? 0) >= since;
    return scenario.clients.flatMap(({ name, project }): Finding[] => {
      const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
      const trusted = replay.trusted(project);
      const scopes = [project, 'organization'];
      if ([name, ...scopes].some(isTouched) || replay.state.broken.size > 0) return [];
      if (rules.accepted(current, trusted, at / 1000) || !rules.leadsInto(current, trusted, at / 1000))
        return [];
      // By every clock: one that is about to end, or has only begun, is none to fall back on.
      const isSound = (id: string): boolean =>
        [-1, 1].every((way) => rules.isValid(id, at / 1000 + way * rules.TOLERANCE));
      const own = scopes.filter((scope) =>
        [...replay.activeIn(scope)].some(
          (id) =>
            told.has(`${execution} ${scope} ${id}`) &&
            rules.refusesAll(id, at / 1000) &&
            rules.leadingTo(current).includes(id) &&
            isStillOurs(replay.state, `${scope} ${id}`) &&
            !rules.held(id, at / 1000) &&
            [...trusted].some((other) => other !== id && rules.sameAuthority(id, other) && isSound(other)),
        ),
      );
      return own.map((scope) => ({
        kind: 'lockout',
        at,
        what: `${name} by a filter, since ${execution} has left active what we had activated in ${scope}`,
      }));
    });
  }
  return (event) => {
    if (event.what === 'ended') return leftOutside(event);
    const seen = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    const { halt, plan, activation, promotion, deactivation } = Object(seen?.input);
    // A witness that gets in, in the overlap or after a cut, hides a client that is refused beside it, and the undo looks after both.
    const isBeside = halt?.Error === 'TrustWidened' && (deactivation || (activation && !promotion));
    if (
      event.what === 'returned' &&
      event.heard &&
      seen?.step === 'undo' &&
      (halt?.Error === 'SuccessorRefused' || isBeside)
    )
      for (const { successor } of (plan as ScopePlan).successions)
        told.add(`${event.execution} ${seen.scope} ${successor}`);
    return [];
  };
}
