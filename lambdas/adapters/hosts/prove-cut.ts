import { LONGEST_TOKEN } from '../../domain/cut/exchange.ts';
import type { Excused } from '../../domain/cut/excuse.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import type { Confirmation } from '../../domain/document.ts';
import { instant } from '../../domain/instant.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { runningAt } from '../../domain/planning/running-leaves.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { leafAroundTheCut, retiringLeaf, stillRunning } from '../secrets/held-leaf.ts';
import { isOwnFault } from '../secrets/read-clients.ts';
import { witnessLeaf } from '../secrets/witness-leaf.ts';
import { demandAll } from './every-trial.ts';
import { proveKeptOut } from './keep-out.ts';
import { enforcedIn, lookAtAll, proveRefused } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

/** What the calls after a cut have shown, and until when a token can live that somebody was given before them. */
export type SeenAfterCut = Pick<Confirmation, 'probes' | 'refused' | 'tokenRefusals' | 'tokensUntil'> & {
  /** What has gone wrong and halts nobody (I6). */
  excused: Excused[];
  /** Clients whose old version nobody can read any more: of those no revocation is shown. */
  unshown: string[];
};

type Looking = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'>;

/**
 * Looks once more at whoever may have got in by what is cut until the cut has reached the hosts, but for those who did not get in before it either (`outside`):
 * what clients keep, about which hosts may have asked only that, and everybody where the listing was the evidence (I8). What is compromised stays cut whatever
 * this sees, so that an emergency waits for no second look at those. Throws the gravest of what it saw.
 */
export async function lookOnceReached(
  { secrets, ...wires }: Looking,
  plan: ScopePlan,
  outside: readonly string[],
  running: ReadonlyMap<ClientCheck, ClientCredential> = new Map(),
): Promise<Pick<SeenAfterCut, 'probes'>> {
  const kept = keptIn(plan, outside);
  const listed = plan.evidence === 'listing' && !isUrgent(plan) ? plan.checks : [];
  const looked = await lookAtAll({
    ...wires,
    scope: plan.scope,
    checks: [...kept, ...listed],
    async heldBy(check) {
      if (kept.includes(check)) return stillRunning(secrets, check);
      const credential = running.get(check) ?? (await leafAroundTheCut(secrets, check, plan));
      return credential && { credential };
    },
  });
  return { probes: demandAll(looked).probes };
}

const keptIn = (plan: ScopePlan, outside: readonly string[]): ClientCheck[] =>
  runningAt('cut', plan).filter(({ client }) => !outside.includes(client));

/**
 * The probes after a cut: first that clients get in, since that is what an undo could still save (I10). Once old leaves are refused the cut has reached the hosts,
 * and whoever may have got in by what is cut until then is looked at again. `judgedElsewhere` are clients whose
 * old leaf is looked at with another scope, and `outside` those that did not get in before the cut with the leaf that they keep. Throws the gravest of what it saw.
 */
export async function proveCut(
  { secrets, probe, exchange, hosts, clock }: Looking & Pick<ProvingPorts, 'clock'>,
  plan: ScopePlan,
  { judgedElsewhere, outside }: { judgedElsewhere: Promise<readonly string[]>; outside: readonly string[] },
): Promise<SeenAfterCut> {
  const { scope, checks, witnesses = [] } = plan;
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
  const kept = keptIn(plan, outside);
  const looking = lookAtAll({
    ...about,
    checks: [...checks, ...kept],
    async heldBy(check) {
      if (kept.includes(check)) return stillRunning(secrets, check);
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
  const accepted = demandAll(await looking);
  const keptOut = await proveKeptOut({
    ...{ probe, hosts, scope, isUrgent: isUrgent(plan), isBeforeCut: false },
    witnesses: witnesses.filter(({ afterCut }) => afterCut),
    heldBy: (check) => witnessLeaf(secrets, check, plan),
    enforcedBeside: enforcedIn(looking),
  });
  const seen = new Set<string>();
  const elsewhere = await judgedElsewhere;
  const { probes, tokenRefusals, excused } = await proveRefused({
    ...about,
    // A client's old leaf that gets in by another scope as yet is looked at when that one has been cut (I10).
    checks: checks.filter(({ client }) => !elsewhere.includes(client)),
    async heldBy(check) {
      const now = running.get(check);
      // Who may be left behind may run on the old leaf still.
      const isAsked = now !== undefined || check.excused === 'anything';
      const credential = isAsked ? await (retired.get(check) ?? oldOf(check)) : null;
      if (credential) seen.add(check.client);
      return credential && { credential, now: now ?? credential };
    },
  });
  for (const { client } of excused) seen.delete(client);
  const isReached = seen.size > 0;
  const wires = { secrets, probe, exchange, hosts };
  const again = isReached ? await lookOnceReached(wires, plan, outside, running) : { probes: 0 };
  return {
    ...{ probes: accepted.probes + keptOut.probes + probes + again.probes, refused: [...seen] },
    ...{ excused: [...accepted.excused, ...excused], unshown: [...unshown] },
    ...(tokenRefusals.length > 0 && { tokenRefusals }),
    ...([...running.values()].some((one) => !('apiKey' in one)) && { tokensUntil: tokensUntil(clock()) }),
  };
}

/** From now on (Unix seconds) an old leaf is given no token, and any that it was given before is over an hour later (F17). ISO 8601. */
export const tokensUntil = (now: number): string => instant(now + LONGEST_TOKEN);
