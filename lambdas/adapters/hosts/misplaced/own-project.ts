import {
  demandOwnKey,
  keyOfAnother,
  type Misplaced,
  misplacedError,
} from '../../../domain/blocked/misplaced.ts';
import { demandRefused, type ProbeSubject, type Verdict } from '../../../domain/cut/verdict.ts';
import type { ScopeDocument } from '../../../domain/document.ts';
import type { ClientCheck, ScopePlan } from '../../../domain/plan-document.ts';
import type { ClientCredential } from '../../secrets/client-credential.ts';
import type { Verdicts } from '../../table/verdicts.ts';
import { isSignedBelow } from '../../x509/issuer.ts';
import type { Entrance, Entry } from '../entrance.ts';

/** What a client has in use: null where it has nothing, and a word where nobody could read it. */
type InUse = ClientCredential | null | 'unread';

/** Takes down that a client's key is of another project, before anything is cut that it may run on. */
export type TellMisplaced = (
  found: Omit<Misplaced, 'anchors'>,
  check: ClientCheck,
  inUse: InUse,
) => Promise<void>;

/** The same for the run's other scopes: the one that the key is of has not heard of this client. Around a cut it `isMoved` to what its check proves. */
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
    // Who loses nothing by any cut keeps none waiting.
    if (anchors.length > 0)
      await verdicts.leaveMisplaced({ execution, scope: plan.scope }, { ...found, anchors });
  };

/**
 * What a client may run on as far as a plan of an older version tells, which knows this scope's cuts alone: by the leaf that it has in use, where that can be read (I9).
 * Whom a person has decided to leave behind keeps no cut waiting (I6).
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
 * The first project that a host says a client's key or token is of, and which host (F10). A host that lets it in and says nothing of that leaves it `untold`: no other would
 * tell. Null where none of them says anything.
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
  const { client, project, excused, mayRunOn } = check;
  const isRefused = (exchanges?.own ?? own).kind === 'refused';
  const byItself = keyOfAnother([own, control], project);
  const isUntold = isRefused && byItself === null && own.project === undefined;
  // Few are refused: nobody else's secret is read once more, unless a plan of an older version does not say what its client runs on.
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

/** The same of a leaf that is to be refused: that another project's anchors let it in says nothing of this one's. */
export function demandRefusedHere(verdict: Verdict, check: ClientCheck, subject: ProbeSubject): void {
  if (verdict.kind === 'accepted') demandOwnKey(verdict, check, subject.host);
  demandRefused(verdict, subject);
}
