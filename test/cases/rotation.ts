import { activate } from '../../lambdas/activate.ts';
import { confirm } from '../../lambdas/confirm.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import type { CarriedPlan } from '../../lambdas/domain/plan-document/carried-plan.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { plan } from '../../lambdas/plan.ts';
import { promote } from '../../lambdas/promote.ts';
import { promoteScope } from '../../lambdas/promote-scope.ts';
import { verify } from '../../lambdas/verify.ts';
import { deployClients } from '../../simulation/in-process/clients.ts';
import { type CaseAnchor, type CaseClient, organizationOf, projectOf, secretOf } from './organization.ts';

/** How a run ended: its decision, and the error that stopped it. */
export type CaseRun = {
  decision?: Plan['decision'];
  blocked: Plan['blocked'];
  error?: string;
  /** The host's verdict on each client after all clients have moved. */
  inSoak: Record<string, string>;
};

type Asked = { request?: Request; inSoak?: () => void };

/** An organization, and whole rotations of it by the steps, in the order of the machine. */
export async function caseOf(
  anchors: readonly CaseAnchor[],
  clients: readonly CaseClient[],
  policy: object = {},
) {
  const set = await organizationOf(anchors, clients);
  const { ports, time, alive } = set;
  const written = policySchema.parse(policy);
  deployClients(set.world, {
    ...{ configured: 'the case', evidence: written.evidence, mustRefuse: [] },
    clients: clients.map((one) => ({ name: one.name, project: projectOf(one), secret: secretOf(one) })),
  });
  let runs = 0;

  /**
   * Runs one rotation to its end, or to the error that stops it. `inSoak` is called after all clients have
   * moved.
   */
  async function rotate({
    request = { mode: 'scheduled' },
    inSoak = () => {},
  }: Asked = {}): Promise<CaseRun> {
    const execution = { id: `run ${runs++}`, startedAt: new Date(time.now * 1000).toISOString() };
    alive.clear();
    alive.add(execution.id);
    const run: CaseRun = { blocked: [], inSoak: {} };
    try {
      const carried = await plan(ports, { request, execution, configuration: { policy: written } });
      const whole = { ...(await ports.manifests.whole(carried)), ...pinned(carried) };
      Object.assign(run, { decision: whole.decision, blocked: whole.blocked });
      if (whole.decision === 'rotate') await through(whole, execution, run, inSoak);
    } catch (error) {
      run.error = `${Object(error).name}: ${Object(error).message}`;
    }
    return run;
  }

  async function through(
    planned: Plan & ReturnType<typeof pinned>,
    execution: { id: string; startedAt: string },
    run: CaseRun,
    inSoak: () => void,
  ): Promise<void> {
    const { evidence, atOnce } = planned;
    const shares = planned.waves.flatMap(({ scopes }) => scopes);
    const inputOf = (share: ScopePlan) => ({ execution, evidence, plan: share, ...pinned(planned) });
    const proven = [];
    for (const share of shares) {
      const input = inputOf(share);
      await activate(ports, input);
      const verification = await verify(ports, { ...input, moment: 'overlap' });
      proven.push(verification);
      const { scope, provenAt } = verification;
      const where = { execution, phase: 'overlap' as const };
      await ports.verdicts.leave(where, { scope, verdict: 'proven', error: '', cause: '', provenAt });
      if (atOnce) await promoteScope(ports, { ...input, verification });
    }
    if (!atOnce) {
      const { soakUntil } = await promote(ports, { execution, plan: planned, verification: [proven] });
      inSoak();
      time.now = Math.max(time.now, Math.ceil(Date.parse(soakUntil) / 1000));
      run.inSoak = await set.everybody();
    }
    for (const share of shares) {
      const input = inputOf(share);
      await verify(ports, { ...input, moment: 'beforeCut' });
      await deactivate(ports, input);
      await confirm(ports, input);
    }
  }

  return { ...set, rotate };
}

/** The input of each step besides its share of the plan. */
const pinned = ({ lease, clients }: Pick<CarriedPlan, 'lease' | 'clients'>) => ({
  ...(lease && { lease }),
  ...(clients && { clients }),
});
