import pMap from 'p-map';
import { unaskedAt } from '../../../domain/blocked/at-stake.ts';
import type { ListedClient } from '../../../domain/client.ts';
import { isInShard } from '../../../domain/cut/shards.ts';
import { isUrgent } from '../../../domain/cut/urgent.ts';
import type { ScopeDocument } from '../../../domain/document.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import type { Shard } from '../../../domain/plan-document/shard.ts';
import { clientsAtOnce } from '../../clients-at-once.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import { createEntrance } from '../entrance.ts';
import type { ProvingPorts } from '../proving.ts';
import { whose } from './own-project.ts';

/**
 * Clients that one look asks about at the most. A function has fifteen minutes, and a silent host takes ten
 * seconds for each client.
 */
const MOST_ASKED = 400;

/**
 * In a run of more scopes than this, the question is not repeated before each cut: with thousands of scopes
 * it would be millions of calls (I18).
 */
const MOST_SCOPES = 100;

type Execution = ScopeDocument['execution'];
type Ports = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'> & { verdicts: Verdicts };
type Asked = NonNullable<ScopePlan['unprobed']>[number];

/**
 * Asks which project a client's key belongs to, for the clients that no scope looks at. If it is not the
 * configured project, that is stored. The cuts of the configured project wait for the client anyway, but the
 * other project has not heard of it (I1). A silent client makes nothing wait. Returns the clients for which
 * nobody could tell.
 */
export const askWhoseKeys = (
  ports: Ports,
  execution: Execution,
  { scope, unprobed = [] }: Pick<ScopePlan, 'scope' | 'unprobed'>,
): Promise<string[]> => ask(ports, { execution, scope }, unprobed);

/**
 * Asks the same right before a cut, for clients that may run on what is cut there and that the overlap could
 * not ask. An emergency does not wait for this call (I16), and a run of more than `MOST_SCOPES` scopes does
 * not make it (I18).
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
    // A client with nothing in use loses nothing.
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
