import pMap from 'p-map';
import { keyOfAnother, type Misplaced, misplacedError } from '../../domain/blocked/misplaced.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { clientsAtOnce } from '../clients-at-once.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { createEntrance, type Entrance, type Entry } from './entrance.ts';
import type { ProvingPorts } from './proving.ts';

/** Takes down that a client's key is of another project, before anything is cut that it may run on. */
export type TellMisplaced = (found: Omit<Misplaced, 'anchors'> & { successor: string }) => Promise<void>;

type Execution = ScopeDocument['execution'];

/** The same for the run's other scopes: the one that the key is of has not heard of this client. */
export const tellingMisplaced =
  (
    verdicts: Pick<Verdicts, 'leaveMisplaced'>,
    execution: Execution,
    { scope, successions }: Pick<ScopePlan, 'scope' | 'successions'>,
  ): TellMisplaced =>
  ({ successor, ...found }) => {
    const anchors = successions.flatMap((one) => (one.successor === successor ? one.retiring : []));
    return verdicts.leaveMisplaced({ execution, scope }, { ...found, anchors });
  };

/** The first project that a host says a client's key or token is of, and which host: null where none of them says anything (F10). */
async function whose(
  entrance: Pick<Entrance, 'pass'>,
  hosts: readonly string[],
  credential: ClientCredential,
): Promise<{ project: string; host: string } | null> {
  for (const host of hosts) {
    const { project, kind } = await entrance.pass(host, credential);
    if (project !== undefined) return { project, host };
    // Whoever is let in and told nothing is told nothing elsewhere.
    if (kind === 'accepted') break;
  }
  return null;
}

/**
 * Throws `KeyOfAnotherProject` where a host says so of the caller (F10), once that has been told. A host that refuses a leaf may say nothing of the key beside it: what the
 * client has in use tells it, if anything.
 */
export async function demandOwnProject(
  entrance: Entrance,
  { exchanges, control, own }: Entry,
  {
    host,
    check: { client, project, successor, excused },
    inUse,
    tell,
  }: {
    host: string;
    check: ClientCheck;
    inUse: (() => Promise<ClientCredential | null>) | undefined;
    tell: TellMisplaced | undefined;
  },
): Promise<void> {
  const isRefused = (exchanges?.own ?? own).kind === 'refused';
  const running = isRefused && own.project === undefined ? await inUse?.().catch(() => null) : null;
  const told = running ? await whose(entrance, [host], running) : null;
  const keyOf = keyOfAnother([own, control, ...(told ? [told] : [])], project);
  if (keyOf === null) return;
  const found = { client, project, keyOf, host };
  // Whom a person has decided to leave behind keeps no cut waiting (I6).
  if (excused !== 'anything') await tell?.({ ...found, successor });
  throw misplacedError(found);
}

/**
 * Asks of whoever nobody probes which project its key is of, and has that taken down where it is not the configured one: its own cuts wait for it anyhow, and the
 * other project has not heard of it (I1). Whatever says nothing keeps nobody waiting.
 */
export async function askWhoseKeys(
  {
    secrets,
    hosts,
    verdicts,
    ...wires
  }: Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'> & { verdicts: Verdicts },
  execution: Execution,
  { scope, unprobed = [] }: Pick<ScopePlan, 'scope' | 'unprobed'>,
): Promise<void> {
  const ask = async ({ client, project, secret, anchors }: NonNullable<ScopePlan['unprobed']>[number]) => {
    const running = await secrets.read(secret, 'AWSCURRENT').catch(() => null);
    const told = running && (await whose(createEntrance(wires), hosts, running));
    if (!told || told.project === project) return;
    const found = { client, project, keyOf: told.project, host: told.host, anchors };
    await verdicts.leaveMisplaced({ execution, scope }, found);
  };
  await pMap(unprobed, ask, { concurrency: clientsAtOnce(unprobed.length) });
}
