import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { isStillOurs } from '../../log/replaying/state.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Watches for clients that an execution leaves outside by a renewal's filter. A renewal of the same name and
 * key decides over leaves of what it replaces, and nobody can read its filter (F7, F16). Its refusal is no
 * lockout of ours as long as the run that is told of it takes back what that run, or an earlier one, has
 * activated (I11). An execution that ends with a client outside by such a filter has locked that client out.
 * With evidence `listing` nobody can see a filter, and the plan says so.
 */
export function createShadowedWatch({ replay, rules, scenario }: JudgeContext): Watch {
  /** What an execution was to take back where a run of ours had activated it: `execution scope successor`. */
  const told = new Set<string>();
  function leftOutside({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const since = replay.state.startedAt.get(execution);
    // A run that was stopped in the middle, or has lost the lease, leaves it to the next run.
    if (error === null || since === undefined || replay.state.lease?.holder !== execution) return [];
    const isTouched = (scope: string) => (replay.state.outsiderAt.get(scope) ?? 0) >= since;
    return scenario.clients.flatMap(({ name, project }): Finding[] => {
      const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
      const trusted = replay.trusted(project);
      const scopes = [project, 'organization'];
      if ([name, ...scopes].some(isTouched) || replay.state.broken.size > 0) return [];
      if (rules.accepted(current, trusted, at / 1000) || !rules.leadsInto(current, trusted, at / 1000))
        return [];
      // Valid by every clock: an anchor that is about to end, or has only just
      // begun, is nothing to fall back on.
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
    // A witness that gets in, in the overlap or after a cut, hides a client that is refused beside
    // it. The undo looks after both.
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
