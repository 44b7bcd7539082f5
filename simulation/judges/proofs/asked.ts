import type { ClientCheck } from '../../../lambdas/domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { judgedIn } from '../../organizations/leaves/client-keys.ts';
import type { JudgeContext } from '../watch.ts';

/** What a look is asked to prove, and when. */
type Asked = { plan: ScopePlan; evidence: string; moment?: string };

export const askedOf = ({ input }: Pick<InvocationRecord, 'input'>): Asked => input as Asked;

/** Whether a look is just before a cut, or after it. */
export const isAroundCut = (seen: Pick<InvocationRecord, 'step' | 'input'>): boolean =>
  seen.step === 'confirm' || askedOf(seen).moment === 'beforeCut';

/**
 * The projects in which a client's probes count: its own. Where hosts do not say that a key is of another
 * project, the projects of all its keys count instead (F10).
 */
export function placesOf(
  { client, project }: Pick<ClientCheck, 'client' | 'project'>,
  { replay, scenario }: JudgeContext,
): string[] {
  const one = scenario.clients.find(({ name }) => name === client);
  if (!one || !scenario.areProjectsUntold) return [project];
  const { AWSCURRENT = null, AWSPENDING = null } = replay.state.leaves.get(client) ?? {};
  return [AWSCURRENT, AWSPENDING].map((version) => judgedIn(one, version, scenario));
}
