import { type JustCut, showsArrival } from '../../domain/cut/arrival.ts';
import { LONGEST_TOKEN } from '../../domain/cut/exchange.ts';
import type { Excused } from '../../domain/cut/excuse.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import type { Confirmation } from '../../domain/document.ts';
import { gravest, isOneOf } from '../../domain/errors.ts';
import { instant } from '../../domain/instant.ts';
import { isAtEachHost } from '../../domain/overlap/own-hosts.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { gravestAtTheCut } from '../../domain/witnesses/gravest-at-the-cut.ts';
import {
  judgedAfterCut,
  type KeptBefore,
  keptIn,
  listedIn,
  withoutWitnesses,
} from '../../domain/witnesses/looked-at-again.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { keptLeaf, leafAroundTheCut, retiringLeaf } from '../secrets/held-leaf.ts';
import { isOwnFault } from '../secrets/read-clients.ts';
import { certificatesIn } from '../x509/pem.ts';
import { demandJudged, keepOut, type Looking } from './look-once-reached.ts';
import { lookUntilReached } from './look-until-reached.ts';
import type { TellMisplaced } from './misplaced/own-project.ts';
import { enforcedIn, lookAtAll, proveRefused } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

/** What the calls after a cut have shown, and until when a token can live that somebody was given before them. */
export type SeenAfterCut = Pick<
  Confirmation,
  'probes' | 'refused' | 'tokenRefusals' | 'tokensUntil' | 'isReachUnseen'
> & {
  /** What has gone wrong and halts nobody (I6). */
  excused: Excused[];
  /** Clients whose old version nobody can read any more: of those no revocation is shown. */
  unshown: string[];
  /** Witnesses of whom no filter was seen: an emergency waits for none, and what is held may be what lets one in. */
  unwitnessed: string[];
};

/**
 * The probes after a cut: first that clients get in, since that is what an undo could still save (I10). Once old leaves are refused the cut has reached the hosts,
 * and whoever may have got in by what is cut until then is looked at again. `judgedElsewhere` are clients whose
 * old leaf is looked at with another scope, and witnesses, and `keptBefore` what was seen of the leaves that clients keep. Throws the gravest of what it saw.
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
    /** Whether hosts have had minutes to hear of it since the look before. */
    isSecond: boolean;
    tell: TellMisplaced;
  },
): Promise<SeenAfterCut> {
  const { scope, checks } = plan;
  const began = clock();
  const { secrets, probe, exchange, hosts } = wires;
  const about = { probe, exchange, hosts, scope, checks };
  /** What each client runs on, which is asked for once: a confirmation takes seconds. */
  const running = new Map<ClientCheck, ClientCredential>();
  /** What each is to be refused with, which is read while the host is asked for what it runs on. */
  const retired = new Map<ClientCheck, Promise<ClientCredential | null>>();
  const unshown = new Set<string>();
  // A key that can decrypt no old version any more, or a policy, says nothing of the cut (I17).
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
      // It is asked for below, unless a client does not get in: that is worse than whatever this came to.
      reading.catch(() => {});
      retired.set(check, reading);
      return { credential };
    },
  });
  const enforcedBeside = enforcedIn(looking);
  const accepting = looking.then((looked) => demandJudged(looked, kept, keptBefore));
  // A witness that gets in by another scope as yet is looked at when that one has been cut (F16).
  const judging = async () => withoutWitnesses(plan, await judgedElsewhere);
  /** Throws the gravest of a failure and of what witnesses show beside it: a client that says nothing hides none that gets in. */
  const beside = async (failure: unknown, gravestOf: typeof gravest): Promise<never> => {
    await keepOut(wires, await judging(), enforcedBeside).catch((widened) => {
      throw gravestOf([failure, widened]);
    });
    throw failure;
  };
  // What is compromised stays cut, whoever gets in (I16).
  const accepted = await accepting.catch((failure) => {
    if (isUrgent(plan)) throw failure;
    return beside(failure, gravestAtTheCut);
  });
  const seen = new Set<string>();
  /** Old leaves that are refused for no other reason than what is cut. */
  const telling = new Set<ClientCheck>();
  const elsewhere = await judgedElsewhere;
  const revoking = proveRefused({
    ...about,
    // A client's old leaf that gets in by another scope as yet is looked at when that one has been cut (I10).
    checks: checks.filter(({ client }) => !elsewhere.includes(client)),
    async heldBy(check) {
      const now = running.get(check);
      // Who may be left behind may run on the old leaf still.
      const isAsked = now !== undefined || check.excused === 'anything';
      const credential = isAsked ? await (retired.get(check) ?? oldOf(check)) : null;
      if (credential) seen.add(check.client);
      if (credential && isValidNow(credential.certificateChain, clock())) telling.add(check);
      return credential && { credential, now: now ?? credential };
    },
  });
  const { probes, tokenRefusals, excused } = await revoking.catch((failure) => {
    // As long as an old leaf gets in by what is cut, so may a witness.
    if (isOneOf(failure, ['RetiringStillAccepted'])) throw failure;
    return beside(failure, gravest);
  });
  for (const { client } of excused) seen.delete(client);
  // What would be refused anyway shows nothing of this cut; what is compromised waits for no more.
  const isTelling = (check: ClientCheck): boolean =>
    seen.has(check.client) && (isUrgent(plan) || (telling.has(check) && showsArrival(check, plan, cut)));
  const isReached = isReachShown(checks.filter(isTelling), { plan, keptBefore, hosts });
  const reached = { isReached, isSecond, began, keptBefore, running, enforcedBeside };
  const { isReachUnseen, unwitnessed, ...later } = await lookUntilReached(
    { ...wires, pause, clock },
    await judging(),
    reached,
  );
  return {
    ...{
      probes: accepted.probes + probes + later.probes,
      refused: [...seen],
      ...(isReachUnseen && { isReachUnseen }),
    },
    ...{ excused: [...accepted.excused, ...excused], unshown: [...unshown], unwitnessed },
    ...(tokenRefusals.length > 0 && { tokenRefusals }),
    ...([...running.values()].some((one) => !('apiKey' in one)) && { tokensUntil: tokensUntil(clock()) }),
  };
}

/** Whether refused old leaves show that a cut has reached each host at which somebody is looked at again. */
function isReachShown(
  telling: readonly ClientCheck[],
  { plan, keptBefore, hosts }: { plan: ScopePlan; keptBefore: KeptBefore; hosts: readonly string[] },
): boolean {
  const again = [...keptIn(plan, keptBefore), ...listedIn(plan), ...judgedAfterCut(plan)];
  return telling.length > 0 && isAtEachHost(telling, again, hosts);
}

/** Whether no certificate of a chain has ended (Unix seconds). */
const isValidNow = (chain: string, now: number): boolean =>
  certificatesIn(chain).every((one) => one !== null && one.validToDate.getTime() / 1000 > now);

/** From now on (Unix seconds) an old leaf is given no token, and any that it was given before is over an hour later (F17). ISO 8601. */
export const tokensUntil = (now: number): string => instant(now + LONGEST_TOKEN);
