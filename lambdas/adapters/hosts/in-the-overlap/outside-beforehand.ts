import { isOneOf } from '../../../domain/errors.ts';
import { inUseIn } from '../../../domain/overlap/outside-beforehand.ts';
import { hostsOf } from '../../../domain/overlap/own-hosts.ts';
import type { ClientCheck } from '../../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { stillRunning } from '../../secrets/held-leaf.ts';
import { onceHeard } from '../once-heard.ts';
import { lookAtAll } from '../prove.ts';
import type { ProvingPorts } from '../proving.ts';

type Ports = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts' | 'pause' | 'clock'>;

/**
 * Clients that are looked at together, and the seconds after which no further clients are. The overlap looks
 * at those who have not been seen outside by then.
 */
const [TOGETHER, LONG] = [100, 240];

/**
 * Returns the clients that every host turns away with their running leaf, before a successor is activated
 * that hosts may ask about it. That successor is then not what turns them away (F7, I17). A client that says
 * nothing, or that any host lets in, may have something to lose, and does not count (I9). A successor may
 * just have been taken back, so each client is looked at again once hosts have heard of that.
 */
export async function outsideBeforehand(
  { pause, clock, ...wires }: Ports,
  plan: ScopePlan,
): Promise<{ outside: string[]; probes: number }> {
  const asked = plan.successions.flatMap(({ successor, askedFirst }) => (askedFirst ? successor : []));
  const checks = inUseIn(plan).flatMap(({ excused: _, ...check }) =>
    asked.includes(check.successor) ? check : [],
  );
  const began = clock();
  let probes = 0;
  const outsideAmong = async (among: readonly ClientCheck[]): Promise<ClientCheck[]> => {
    const found: ClientCheck[] = [];
    for (let at = 0; at < among.length && clock() - began <= LONG; at += TOGETHER) {
      const some = among.slice(at, at + TOGETHER);
      const look = await lookAtSome(wires, plan.scope, some);
      probes += look.probes;
      found.push(...some.filter(({ client }) => look.outside.has(client)));
    }
    return found;
  };
  let seen = await outsideAmong(checks);
  const isSeenAgain = await (seen.length > 0 &&
    onceHeard({ pause, clock }, began, async () => {
      seen = await outsideAmong(seen);
      return seen.length > 0;
    }));
  // If the first look took too long for a second one, it has shown nobody outside.
  if (!isSeenAgain) seen = [];
  return { outside: [...new Set(seen.map(({ client }) => client))], probes };
}

/**
 * Returns which of these clients every host turns away, with every leaf that was asked about. A leaf that is
 * only staged is not asked about: no host has ever let it in.
 */
async function lookAtSome(
  { secrets, probe, exchange, hosts }: Omit<Ports, 'pause' | 'clock'>,
  scope: string,
  checks: readonly ClientCheck[],
): Promise<{ outside: ReadonlySet<string>; probes: number }> {
  const looked: string[] = [];
  const heldBy = async (check: ClientCheck) => {
    const held = await stillRunning(secrets, check);
    if (held) looked.push(...hostsOf(check, hosts).map(() => check.client));
    return held;
  };
  const { failures, probes } = await lookAtAll({ probe, exchange, hosts, scope, checks, heldBy });
  const refused = failures.flatMap(({ client, error }) =>
    isOneOf(error, ['SuccessorRefused']) ? client : [],
  );
  const times = (list: readonly string[], client: string) => list.filter((one) => one === client).length;
  const isOut = (client: string): boolean => times(refused, client) === times(looked, client);
  return { outside: new Set(refused.filter(isOut)), probes };
}
