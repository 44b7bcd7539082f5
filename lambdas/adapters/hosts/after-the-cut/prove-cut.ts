import type { JustCut } from '../../../domain/cut/arrival.ts';
import { tokensUntil } from '../../../domain/cut/exchange.ts';
import type { Excused } from '../../../domain/cut/excuse.ts';
import { isUrgent } from '../../../domain/cut/urgent.ts';
import type { Confirmation } from '../../../domain/document.ts';
import { gravest, isOneOf } from '../../../domain/errors.ts';
import type { ClientCheck } from '../../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { gravestAtTheCut } from '../../../domain/witnesses/gravest-at-the-cut.ts';
import { type KeptBefore, keptIn, withoutWitnesses } from '../../../domain/witnesses/looked-at-again.ts';
import type { ClientCredential } from '../../secrets/client-credential.ts';
import { keptLeaf, leafAroundTheCut, retiringLeaf } from '../../secrets/held-leaf.ts';
import { isOwnFault } from '../../secrets/read-clients.ts';
import type { TellMisplaced } from '../misplaced/own-project.ts';
import { enforcedIn, lookAtAll } from '../prove.ts';
import type { ProvingPorts } from '../proving.ts';
import { demandJudged, keepOut, type Looking } from './look-once-reached.ts';
import { isReachShown, lookUntilReached } from './look-until-reached.ts';
import { proveRevoked } from './prove-revoked.ts';

/** What the calls after a cut have shown, and until when a token can live that was given before them. */
export type SeenAfterCut = Pick<
  Confirmation,
  'probes' | 'refused' | 'tokenRefusals' | 'tokensUntil' | 'isReachUnseen'
> & {
  /** Failures that halt nobody (I6). */
  excused: Excused[];
  /** Clients whose old version nobody can read any more: for them no revocation is shown. */
  unshown: string[];
  /**
   * Witnesses for which no filter was seen. An emergency does not wait for a witness, and a held anchor may
   * let one in.
   */
  unwitnessed: string[];
};

/**
 * Makes the probes after a cut. First it asks whether clients get in, because an undo could still save that
 * (I10). Then it asks whether old leaves are refused, which shows that the cut has reached the hosts. Those
 * who may have got in by the cut anchor until then are looked at again.
 *
 * `judgedElsewhere` are the clients and witnesses whose old leaf another scope judges. `keptBefore` is what
 * was seen before the cut of the leaves that clients keep. Throws the gravest failure.
 */
export async function proveCut(
  { pause, clock, ...wires }: Looking & Pick<ProvingPorts, 'pause' | 'clock'>,
  plan: ScopePlan,
  {
    judgedElsewhere,
    keptBefore,
    cut,
    isSecond,
    tell,
  }: {
    judgedElsewhere: Promise<readonly string[]>;
    keptBefore: KeptBefore;
    cut: JustCut;
    /** Whether this is the second look: hosts have had minutes to hear of the cut since the first. */
    isSecond: boolean;
    tell: TellMisplaced;
  },
): Promise<SeenAfterCut> {
  const { scope, checks } = plan;
  const began = clock();
  const { secrets, probe, exchange, hosts } = wires;
  const about = { probe, exchange, hosts, scope, checks };
  /** What each client runs on. Read once, because a confirmation takes only seconds. */
  const running = new Map<ClientCheck, ClientCredential>();
  /**
   * The leaf with which each client must be refused. Read while the hosts are asked about the running leaf.
   */
  const retired = new Map<ClientCheck, Promise<ClientCredential | null>>();
  const unshown = new Set<string>();
  // An old version may be unreadable because of its key or a policy, which says nothing of the cut (I17).
  const oldOf = (check: ClientCheck, now?: ClientCredential) =>
    retiringLeaf(secrets, check, now).catch((error) => {
      if (!isOwnFault(error)) throw error;
      unshown.add(check.client);
      return null;
    });
  const kept = keptIn(plan, keptBefore);
  const looking = lookAtAll({
    ...{ ...about, tell },
    checks: [...checks, ...kept],
    async heldBy(check) {
      if (kept.includes(check)) return keptLeaf(secrets, check);
      const credential = await leafAroundTheCut(secrets, check, plan);
      if (!credential) return null;
      running.set(check, credential);
      if ((await judgedElsewhere).includes(check.client)) return { credential };
      const reading = oldOf(check, credential);
      // Awaited below, unless a client does not get in, which is worse than any failure here. The catch only
      // avoids an unhandled rejection.
      reading.catch(() => {});
      retired.set(check, reading);
      return { credential };
    },
  });
  const enforcedBeside = enforcedIn(looking);
  const accepting = looking.then((looked) => demandJudged(looked, kept, keptBefore));
  // Another scope may still let a witness in. It is judged when that scope has been cut (F16).
  const judging = async () => withoutWitnesses(plan, await judgedElsewhere);
  /**
   * Throws the graver of a failure and of what witnesses show beside it: a silent client must not hide a
   * witness that gets in.
   */
  const beside = async (failure: unknown, gravestOf: typeof gravest): Promise<never> => {
    await keepOut(wires, await judging(), enforcedBeside).catch((widened) => {
      throw gravestOf([failure, widened]);
    });
    throw failure;
  };
  // In an emergency the cut stands, whichever witness gets in (I16).
  const accepted = await accepting.catch((failure) => {
    if (isUrgent(plan)) throw failure;
    return beside(failure, gravestAtTheCut);
  });
  const revoking = proveRevoked({ ...about, clock }, plan, {
    ...{ cut, running, judgedElsewhere: await judgedElsewhere },
    oldOf: (check) => retired.get(check) ?? oldOf(check),
  });
  const revoked = await revoking.catch((failure) => {
    // While an old leaf gets in by the cut anchor, a witness may as well.
    if (isOneOf(failure, ['RetiringStillAccepted'])) throw failure;
    return beside(failure, gravest);
  });
  const { refused, tokenRefusals, excused } = revoked;
  const isReached = isReachShown(revoked.telling, { plan, keptBefore, hosts });
  const reached = { isReached, isSecond, began, keptBefore, running, enforcedBeside };
  const { isReachUnseen, unwitnessed, ...later } = await lookUntilReached(
    { ...wires, pause, clock },
    await judging(),
    reached,
  );
  return {
    ...{
      probes: accepted.probes + revoked.probes + later.probes,
      refused,
      ...(isReachUnseen && { isReachUnseen }),
    },
    ...{ excused: [...accepted.excused, ...excused], unshown: [...unshown], unwitnessed },
    ...(tokenRefusals.length > 0 && { tokenRefusals }),
    ...([...running.values()].some((one) => !('apiKey' in one)) && { tokensUntil: tokensUntil(clock()) }),
  };
}
