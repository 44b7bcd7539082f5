import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { SECRET_TROUBLES } from '../../log/replaying/readable.ts';
import type { JudgeContext, Watch } from '../watch.ts';
import { isRightlyHeld } from './rightly-held.ts';

/** Faults of one client's own secret, which say nothing about any other client. */
const OWN_FAULTS: readonly string[] = ['LeafChanged', 'SecretMissing', 'SecretInvalid', 'AwsRefused'];

/**
 * The finding for a Promote that failed because of one client's fault: it keeps all the
 * others from being moved (I17).
 */
const keptAll = ({ at, execution, message }: LoggedEvent & { what: 'failed' }): Finding => ({
  kind: 'heldBack',
  at,
  what: `${execution} moves nobody for the fault of one client: ${message}`,
});

/**
 * Judges rule 3 and I17: a cut that a plan holds back has a reason that the world confirms, worked out anew.
 */
export function createHeldBackWatch(context: JudgeContext): Watch {
  const { replay } = context;
  /** Clients whose secret somebody has broken, until it is mended. */
  const broken = new Set<string>();
  /** Plans that could not read what they asked for. */
  const blind = new Set<number>();

  function planned({ at, execution, invocation, result }: LoggedEvent & { what: 'returned' }): Finding[] {
    const plan = result as Plan;
    // The plan may have read something that changed meanwhile, before or after the change.
    const looks = [...(replay.state.plans.get(execution) ?? []), replay.look(at)];
    if (blind.has(invocation)) return [];
    const held = plan.waves.flatMap(({ scopes }) =>
      scopes.flatMap(({ scope, successions }) =>
        successions.filter((one) => one.held).map((one) => ({ scope, ...one })),
      ),
    );
    // A cut is not judged where the listing was late, or where somebody changed the scope or
    // deleted the successor meanwhile.
    const standing = held.filter(({ scope, retiring, successor }) =>
      looks.every(({ active, existing }) => active.get(scope)?.has(retiring) && existing.has(successor)),
    );
    const wrongly = standing.filter(
      (cut) => !looks.some((look) => isRightlyHeld({ ...cut, execution }, plan, look, broken, context)),
    );
    return wrongly.map(({ scope, retiring, successor }) => ({
      kind: 'heldBack',
      at,
      what: `${execution} does not cut ${retiring} in ${scope}, though ${successor} is ready for everybody there`,
    }));
  }

  return (event) => {
    if (event.what === 'trouble') {
      const [kind = '', client = ''] = event.broken.split(' ');
      const isSecret = SECRET_TROUBLES.includes(kind);
      if (!isSecret && kind !== 'project') return [];
      if (event.mended) broken.delete(client);
      else if (isSecret) broken.add(client);
      // A running plan may have read the secret, or listed the projects, before or after.
      for (const [id, seen] of replay.state.invocations)
        if (seen.step === 'plan' && replay.state.running.has(seen.execution)) blind.add(id);
    }
    if (event.what === 'fault' && ['secret', 'retrieve'].includes(event.call?.op ?? ''))
      blind.add(event.invocation);
    if (event.what === 'failed' && OWN_FAULTS.includes(event.error))
      return replay.state.invocations.get(event.invocation)?.step === 'promote' ? [keptAll(event)] : [];
    if (event.what !== 'returned' || !event.heard) return [];
    return replay.state.invocations.get(event.invocation)?.step === 'plan' ? planned(event) : [];
  };
}
