import {
  demandOwnKey,
  keyOfAnother,
  type Misplaced,
  misplacedError,
} from '../../../domain/blocked/misplaced.ts';
import { demandRefused } from '../../../domain/cut/proof/revoked.ts';
import type { ProbeSubject, Verdict } from '../../../domain/cut/verdict.ts';
import type { ScopeDocument } from '../../../domain/document.ts';
import type { ClientCheck } from '../../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import type { ClientCredential } from '../../secrets/client-credential.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import { isSignedBelow } from '../../x509/issuer.ts';
import type { Entrance, Entry } from '../entrance.ts';

/** What a client has in use: null if nothing, `unread` if nobody could read it. */
type InUse = ClientCredential | null | 'unread';

/** Stores that a client's key is of another project, before anything is cut that the client may run on. */
export type TellMisplaced = (
  found: Omit<Misplaced, 'anchors'>,
  check: ClientCheck,
  inUse: InUse,
) => Promise<void>;

/**
 * Returns a function that stores this for the run's other scopes: the project that the key belongs to has not
 * heard of this client. Around a cut the client `isMoved` to the leaf that its check proves.
 */
export const tellingMisplaced =
  (
    verdicts: Pick<Verdicts, 'leaveMisplaced'>,
    execution: ScopeDocument['execution'],
    plan: Pick<ScopePlan, 'scope' | 'successions' | 'retiringIssuers'>,
    { isMoved }: { isMoved: boolean },
  ): TellMisplaced =>
  async (found, check, inUse) => {
    const planned = (isMoved && check.mayRunOnMoved) || check.mayRunOn;
    const anchors = planned ?? cutHereUnder(check, inUse, plan);
    // A client that loses nothing by any cut makes no cut wait.
    if (anchors.length > 0)
      await verdicts.leaveMisplaced({ execution, scope: plan.scope }, { ...found, anchors });
  };

/**
 * Returns what a client may run on, for a plan of an older version, which only knows this scope's cuts. Goes
 * by the leaf in use; if that cannot be read, the client may run on all of it (I9). A client that a person
 * has decided to leave behind makes no cut wait (I6).
 */
function cutHereUnder(
  { successor, excused }: ClientCheck,
  inUse: InUse,
  { successions, retiringIssuers }: Pick<ScopePlan, 'successions' | 'retiringIssuers'>,
): string[] {
  const runsOnIt = ({ certificateChain }: ClientCredential): boolean =>
    retiringIssuers?.some((issuer) => isSignedBelow(certificateChain, issuer)) ?? true;
  const isOnIt = inUse === 'unread' || (inUse !== null && runsOnIt(inUse));
  if (excused === 'anything' || !isOnIt) return [];
  return successions.flatMap((one) => (one.successor === successor ? one.retiring : []));
}

/**
 * Returns the first project that a host names for a client's key or token, and that host (F10). Returns
 * `untold` if a host lets the client in and names no project: no other host would name one. Returns null if
 * no host says anything.
 */
export async function whose(
  entrance: Pick<Entrance, 'pass'>,
  hosts: readonly string[],
  credential: ClientCredential,
): Promise<{ project: string; host: string } | 'untold' | null> {
  for (const host of hosts) {
    const { project, kind } = await entrance.pass(host, credential);
    if (project !== undefined) return { project, host };
    if (kind === 'accepted') return 'untold';
  }
  return null;
}

/**
 * Throws `KeyOfAnotherProject` when a host says that the caller's key is of another project (F10), after that
 * has been stored. A host that refuses a leaf may not name the key's project. Then the credential in use is
 * asked instead.
 *
 * If the leaf is refused, the refusal stays the failure in two cases: the client may be silent (`excused`),
 * or it runs on the refused leaf itself. Then this returns the key's project instead of throwing. No client
 * is moved to such a leaf, and what turned the client away is taken back (I1, I6, F16).
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
  const { client, project, excused, mayRunOn } = check;
  const isRefused = (exchanges?.own ?? own).kind === 'refused';
  const byItself = keyOfAnother([own, control], project);
  const isUntold = isRefused && byItself === null && own.project === undefined;
  // Only the secrets of refused clients are read again, and those are few. For a plan of an older version,
  // which does not say what its client runs on, others are read too.
  const isAsked = isUntold || (byItself !== null && mayRunOn === undefined);
  const inUse: InUse = held.inUse
    ? isAsked
      ? await held.inUse().catch(() => 'unread' as const)
      : 'unread'
    : held.credential;
  const told =
    isUntold && held.inUse && inUse && inUse !== 'unread' ? await whose(entrance, [host], inUse) : null;
  const keyOf = byItself ?? keyOfAnother(told && told !== 'untold' ? [told] : [], project);
  if (keyOf === null) return undefined;
  const found = { client, project, keyOf, host };
  await tell?.(found, check, inUse);
  if (!isRefused || (held.inUse && !excused)) throw misplacedError(found);
  return keyOf;
}

/**
 * Demands that a retiring leaf is refused. If another project's anchors let it in, that says nothing of this
 * project's: throws `KeyOfAnotherProject`.
 */
export function demandRefusedHere(verdict: Verdict, check: ClientCheck, subject: ProbeSubject): void {
  if (verdict.kind === 'accepted') demandOwnKey(verdict, check, subject.host);
  demandRefused(verdict, subject);
}
