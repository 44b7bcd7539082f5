import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { isCompromised, type JudgeContext, type Watch } from '../watch.ts';

/**
 * Judges I10, I11 and I13: a run that ends well after it found a cut unconfirmed leaves no client outside by
 * it without its name. The client may have gone back to its old leaf after that cut, by its owner's hand:
 * another client then proves the successor, and nothing else shows that this one gets in by neither.
 */
export function createOutsideByACutWatch(context: JudgeContext): Watch {
  const { replay, rules } = context;
  const planned = new Map<string, Plan>();

  /** Whether the cut alone keeps the client outside, and could lawfully be taken back. */
  function isOutsideBy(retiring: string, client: ScenarioClient, leaf: string | null, at: number): boolean {
    const { name, project } = client;
    const now = at / 1000;
    const trusted = replay.trusted(project);
    return (
      rules.chainOf(leaf).includes(retiring) &&
      !rules.accepted(leaf, trusted, now) &&
      rules.accepted(leaf, new Set([...trusted, retiring]), now) &&
      trusted.size > 0 &&
      replay.exists(retiring) &&
      !isCompromised(context, retiring) &&
      rules.isValid(retiring, now + rules.TOLERANCE) &&
      !allowancesSoFar(context).mayLeave(name, [retiring])
    );
  }

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const plan = planned.get(execution);
    const looks = replay.state.plans.get(execution) ?? [];
    const [first] = looks;
    if (!plan || !first || (error !== null && error !== 'Blocked')) return [];
    const told = new Set(plan.blocked.flatMap(({ client, clients = [] }) => [client, ...clients]));
    return [...first.cuts].flatMap((key): Finding[] => {
      const [scope = '', retiring = ''] = key.split(' ');
      // A run that rotates something else may leave the cut to the run right after it.
      const isLeft = replay.state.cuts.has(key) && plan.decision === 'rotate';
      if (isLeft || replay.activeIn(scope).has(retiring)) return [];
      return rules
        .reaching(scope)
        .filter(({ project }) => !looks.some(({ archived }) => archived.has(project)))
        .filter(({ name }) => !told.has(name) && isStill(name, looks))
        .filter((client) => isOutsideBy(retiring, client, leafOf(client.name), at))
        .map(({ name }) => ({
          kind: 'falseGreen',
          at,
          what: `${execution} ended well, though ${name} is outside since ${retiring} was cut in ${scope}, and nobody was told its name`,
        }));
    });
  }

  const leafOf = (client: string): string | null => replay.state.leaves.get(client)?.AWSCURRENT ?? null;

  /** Whether a client has had its leaf all along since the plan began to look, and anybody could read it. */
  const isStill = (client: string, looks: readonly Snapshot[]): boolean =>
    leafOf(client) !== null &&
    replay.readable().get(client)?.AWSCURRENT === leafOf(client) &&
    looks.every(({ leaves }) => leaves.get(client)?.AWSCURRENT === leafOf(client));

  return (event) => {
    if (event.what === 'ended') return ended(event);
    if (event.what === 'returned' && event.heard && stepOf(event.invocation) === 'plan')
      planned.set(event.execution, event.result as Plan);
    return [];
  };

  function stepOf(invocation: number): string | undefined {
    return replay.state.invocations.get(invocation)?.step;
  }
}
