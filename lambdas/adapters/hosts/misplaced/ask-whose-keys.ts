import pMap from 'p-map';
import { unaskedAt } from '../../../domain/blocked/at-stake.ts';
import type { ListedClient } from '../../../domain/client.ts';
import { isInShard } from '../../../domain/cut/shards.ts';
import { isUrgent } from '../../../domain/cut/urgent.ts';
import type { ScopeDocument } from '../../../domain/document.ts';
import type { ScopePlan, Shard } from '../../../domain/plan-document.ts';
import { clientsAtOnce } from '../../clients-at-once.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import { createEntrance } from '../entrance.ts';
import type { ProvingPorts } from '../proving.ts';
import { whose } from './own-project.ts';

/** Whose keys are asked about at the most in one look: a function has fifteen minutes, and a silent host takes ten seconds of each. */
const MOST_ASKED = 400;

/** Scopes of a run of which whoever was not told of is asked again before each cut: with thousands of them that would be millions of calls (I18). */
const MOST_SCOPES = 100;

type Execution = ScopeDocument['execution'];
type Ports = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'> & { verdicts: Verdicts };
type Asked = NonNullable<ScopePlan['unprobed']>[number];

/**
 * Asks of whoever no scope looks at which project its key is of, and has that taken down where it is not the configured one: its own cuts wait for it anyhow, and the
 * other project has not heard of it (I1). Whatever says nothing keeps nobody waiting. Returns of whom nobody could tell.
 */
export const askWhoseKeys = (
  ports: Ports,
  execution: Execution,
  { scope, unprobed = [] }: Pick<ScopePlan, 'scope' | 'unprobed'>,
): Promise<string[]> => ask(ports, { execution, scope }, unprobed);

/**
 * The same right before a cut, of whoever may run on what is cut there and of whom the overlap has not told it. What is compromised waits for no such call (I16), and nor does a run
 * of more than a hundred scopes (I18).
 */
export async function askBeforeCut(
  ports: Ports,
  execution: Execution,
  {
    plan,
    shard,
    everybody,
  }: { plan: ScopePlan; shard: Shard | undefined; everybody: () => Promise<readonly ListedClient[]> },
): Promise<void> {
  const { verdicts, hosts } = ports;
  if (isUrgent(plan) || hosts.length === 0) return;
  const listed = await everybody();
  if (new Set(listed.flatMap(({ lookedAtIn = [] }) => lookedAtIn)).size > MOST_SCOPES) return;
  const here = listed.filter(({ name }) => isInShard(name, shard));
  const all = new Set(here.map(({ name }) => name));
  if (unaskedAt(plan, here, { proven: new Set(), silent: all }).length === 0) return;
  const [ends, silent] = await Promise.all([
    verdicts.of({ execution, phase: 'overlap' }),
    verdicts.silentIn(execution),
  ]);
  const proven = new Set(ends.flatMap(({ scope, verdict }) => (verdict === 'proven' ? scope : [])));
  const unasked = unaskedAt(plan, here, { proven, silent: new Set(silent) });
  const asked = unasked.map(({ name: client, project, secret, mayRunOn: anchors }) => ({
    ...{ client, project, secret, anchors },
  }));
  await ask(ports, { execution, scope: plan.scope }, asked);
}

async function ask(
  { secrets, hosts, verdicts, ...wires }: Ports,
  visit: { execution: Execution; scope: string },
  clients: readonly Asked[],
): Promise<string[]> {
  const askOne = async ({ client, project, secret, anchors }: Asked): Promise<string[]> => {
    const running = await secrets.read(secret, 'AWSCURRENT').catch(() => 'unread' as const);
    // Who has nothing in use loses nothing.
    if (running === null) return [];
    const told = running === 'unread' ? null : await whose(createEntrance(wires), hosts, running);
    if (told === null) return [client];
    if (told !== 'untold' && told.project !== project)
      await verdicts.leaveMisplaced(visit, {
        ...{ client, project, keyOf: told.project, host: told.host, anchors },
      });
    return [];
  };
  const asked = clients.slice(0, MOST_ASKED);
  const silent = await pMap(asked, askOne, { concurrency: clientsAtOnce(asked.length) });
  return [...silent.flat(), ...clients.slice(MOST_ASKED).map(({ client }) => client)];
}
