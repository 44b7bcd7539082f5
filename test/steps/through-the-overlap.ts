import { activate } from '../../lambdas/activate.ts';
import { promote } from '../../lambdas/promote.ts';
import { verify } from '../../lambdas/verify.ts';
import { type Scene, scopeInput } from './scene.ts';

type Plan = Awaited<ReturnType<Scene['plan']>>;

/** Runs the overlap of proj_a, the only scope of the plan: activated, proven, and its clients moved. */
export async function throughTheOverlap(set: Scene, plan: Plan, ports: Scene['ports']) {
  const input = scopeInput('one', plan);
  const { execution } = input;
  const activation = await activate(ports, input);
  const { provenAt } = await verify(ports, { ...input, activation, moment: 'overlap' });
  const proven = { scope: 'proj_a', verdict: 'proven' as const, error: '', cause: '', provenAt };
  await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
  const { soakUntil } = await promote(ports, {
    execution,
    plan,
    verification: [{ anyHalted: false, provenAt }],
  });
  return { input, activation, soakUntil };
}
