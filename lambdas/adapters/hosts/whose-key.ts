import pMap from 'p-map';
import {
  demandOwnKey,
  keyOfAnother,
  type Misplaced,
  misplacedError,
} from '../../domain/blocked/misplaced.ts';
import { demandRefused, type ProbeSubject, type Verdict } from '../../domain/cut/verdict.ts';
import type { ScopeDocument } from '../../domain/document.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { clientsAtOnce } from '../clients-at-once.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { isSignedBelow } from '../x509/issuer.ts';
import { createEntrance, type Entrance, type Entry } from './entrance.ts';
import type { ProvingPorts } from './proving.ts';

/** Takes down that a client's key is of another project, before anything is cut that it may run on: by the leaf that it has in use, where that can be read. */
export type TellMisplaced = (
  found: Omit<Misplaced, 'anchors'> & { successor: string },
  inUse: ClientCredential | null,
) => Promise<void>;

type Execution = ScopeDocument['execution'];

/** The same for the run's other scopes: the one that the key is of has not heard of this client. */
export const tellingMisplaced =
  (
    verdicts: Pick<Verdicts, 'leaveMisplaced'>,
    execution: Execution,
    { scope, successions, retiringIssuers }: Pick<ScopePlan, 'scope' | 'successions' | 'retiringIssuers'>,
  ): TellMisplaced =>
  async ({ successor, ...found }, inUse) => {
    // Who runs on nothing that is cut loses nothing by any cut. A plan of an older version does not say who has signed what is.
    const runsOnIt = (chain: string) =>
      retiringIssuers?.some((issuer) => isSignedBelow(chain, issuer)) ?? true;
    if (inUse && !runsOnIt(inUse.certificateChain)) return;
    const anchors = successions.flatMap((one) => (one.successor === successor ? one.retiring : []));
    await verdicts.leaveMisplaced({ execution, scope }, { ...found, anchors });
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
 * client has in use tells it, if anything. Where somebody may say nothing, or runs on the leaf that is refused, that it is stays the word for it: nobody is moved to such a leaf, and what
 * turned the client away is taken back (I1, I6, F16). Returns whose key it is then.
 */
export async function demandOwnProject(
  entrance: Entrance,
  { exchanges, control, own }: Entry,
  {
    host,
    check,
    held,
    tell,
  }: {
    host: string;
    check: ClientCheck;
    held: { credential: ClientCredential; inUse?: () => Promise<ClientCredential | null> };
    tell: TellMisplaced | undefined;
  },
): Promise<string | undefined> {
  const { client, project, successor, excused } = check;
  const isRefused = (exchanges?.own ?? own).kind === 'refused';
  const byItself = keyOfAnother([own, control], project);
  const isUntold = isRefused && byItself === null && own.project === undefined;
  // Few are refused, or of another project: nobody else's secret is read once more.
  const inUse = isUntold || byItself !== null ? ((await held.inUse?.().catch(() => null)) ?? null) : null;
  const told = isUntold && inUse ? await whose(entrance, [host], inUse) : null;
  const keyOf = byItself ?? keyOfAnother(told ? [told] : [], project);
  if (keyOf === null) return undefined;
  const found = { client, project, keyOf, host };
  // Whom a person has decided to leave behind keeps no cut waiting (I6).
  if (excused !== 'anything') await tell?.({ ...found, successor }, inUse ?? held.credential);
  if (!isRefused || (held.inUse && !excused)) throw misplacedError(found);
  return keyOf;
}

/** The same of a leaf that is to be refused: that another project's anchors let it in says nothing of this one's. */
export function demandRefusedHere(verdict: Verdict, check: ClientCheck, subject: ProbeSubject): void {
  if (verdict.kind === 'accepted') demandOwnKey(verdict, check, subject.host);
  demandRefused(verdict, subject);
}

/** Whose keys are asked about at the most in one look: a function has fifteen minutes, and a silent host takes ten seconds of each. */
const MOST_ASKED = 400;

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
  const asked = unprobed.slice(0, MOST_ASKED);
  await pMap(asked, ask, { concurrency: clientsAtOnce(asked.length) });
}
