import { isOneOf } from '../../domain/errors.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { runningAt } from '../../domain/planning/running-leaves.ts';
import { stillRunning } from '../secrets/held-leaf.ts';
import { lookAtAll } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

/**
 * The clients that every host turns away with the leaf that they run on, before a successor is activated that hosts may ask about it: whatever turns them
 * away, that successor does not (F7, I17). One that says nothing, or that a single host lets in, may have something to lose (I9).
 */
export async function outsideBeforehand(
  { secrets, probe, exchange, hosts }: Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'>,
  plan: ScopePlan,
): Promise<{ outside: string[]; probes: number }> {
  const asked = plan.successions.flatMap(({ successor, askedFirst }) => (askedFirst ? successor : []));
  const checks = [...runningAt('overlap', plan), ...plan.checks].flatMap(({ excused: _, ...check }) =>
    asked.includes(check.successor) ? check : [],
  );
  const looked: string[] = [];
  const heldBy = async (check: ClientCheck) => {
    // A leaf that is only staged was never let in.
    const held = await stillRunning(secrets, check);
    if (held) looked.push(...hosts.map(() => check.client));
    return held;
  };
  const proof = { probe, exchange, hosts, scope: plan.scope, checks, heldBy };
  const { failures, probes } = await lookAtAll(proof);
  const refused = failures.flatMap(({ client, error }) =>
    isOneOf(error, ['SuccessorRefused']) ? client : [],
  );
  const times = (list: readonly string[], client: string) => list.filter((one) => one === client).length;
  const outside = [...new Set(refused)].filter((client) => times(refused, client) === times(looked, client));
  return { outside, probes };
}
