import type { Clock, Pause } from '../../clock.ts';
import { isUrgent } from '../../domain/cut/urgent.ts';
import { isOneOf, lockoutErrors } from '../../domain/errors.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { runningAt } from '../../domain/planning/running-leaves.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { keptLeaf, leafAroundTheCut } from '../secrets/held-leaf.ts';
import { witnessLeaf } from '../secrets/witness-leaf.ts';
import { type Accepted, demandAll, type Looked } from './every-trial.ts';
import { type Keeping, type KeptOut, proveKeptOut } from './keep-out.ts';
import { onceHeard } from './once-heard.ts';
import { enforcedIn, lookAtAll } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

/** What a look after a cut asks: the hosts, with what secrets hold. */
export type Looking = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'>;

/**
 * What was seen right before the cut of clients that keep their leaf. Who was outside is judged by nothing after it (I17). Of whom nothing could be said
 * nobody knows that: a refusal counts, and silence, which may be all that a client ever says, holds no cut (I9).
 */
export type KeptBefore = { outside: readonly string[]; unknown: readonly string[] };

/** What a confirmation has found by its first look: what each client runs on, and where mutual TLS was seen to be on. */
type Before = {
  running?: ReadonlyMap<ClientCheck, ClientCredential>;
  enforcedBeside?: Keeping['enforcedBeside'];
};

/** What the looks once old leaves have been asked about came to. */
type SeenOnceReached = KeptOut & {
  /** Nothing has shown that the cut has reached the hosts, about whom of those that were looked at they may go by what is cut until it has. */
  isReachUnseen: boolean;
};

/**
 * Looks at whoever may have got in, or been kept out, by what is cut, once old leaves have been asked about. Where those show that the cut has reached the hosts one
 * look is enough. Else all are looked at again for as long as that may take: a client that a renewal turns away has no old leaf, and is outside only
 * from then on (F7). An emergency waits only for a witness that gets in, which may be by what is cut. `began` is when the first look began, in Unix seconds.
 */
export async function lookUntilReached(
  { pause, clock, ...wires }: Looking & { pause: Pause; clock: Clock },
  plan: ScopePlan,
  {
    isReached,
    began,
    keptBefore,
    ...before
  }: { isReached: boolean; began: number; keptBefore: KeptBefore } & Required<Before>,
): Promise<SeenOnceReached> {
  const again = () => lookOnceReached(wires, plan, keptBefore, before);
  const keptOut = () =>
    keepOut(wires, plan, before.enforcedBeside).catch(async (failure) => {
      // Hosts may have heard of the cut since clients were looked at: who gets in by then hides nobody who is refused (I10).
      if (!isUrgent(plan)) await again();
      throw failure;
    });
  const isReachUnseen = !isReached && isAnyAgain(plan, keptBefore);
  const isWaitedFor = (failure: unknown): boolean =>
    !isReached && isUrgent(plan) && isOneOf(failure, ['TrustWidened']);
  let seen: KeptOut = { probes: 0, unwitnessed: [] };
  let widened: unknown = null;
  /** Returns whether another look has to follow. */
  const look = async (looking: () => Promise<KeptOut>): Promise<boolean> => {
    try {
      const { probes, unwitnessed } = await looking();
      seen = { probes: seen.probes + probes, unwitnessed };
      widened = null;
    } catch (failure) {
      if (!isWaitedFor(failure)) throw failure;
      widened = failure;
    }
    return isUrgent(plan) ? widened !== null : isReachUnseen;
  };
  const isUnheard = await look(isReached ? again : keptOut);
  if (isUnheard) await onceHeard({ pause, clock }, began, () => look(isUrgent(plan) ? keptOut : again));
  if (widened !== null) throw widened;
  const unwitnessed = [...new Set([...seen.unwitnessed, ...leadingToHeld(plan)])];
  return { ...seen, unwitnessed, isReachUnseen };
}

/**
 * Looks once more at whoever may have got in, or been kept out, by what is cut until the cut has reached the hosts: what clients keep, about which hosts may
 * have asked only that, everybody where the listing was the evidence (I8), and witnesses (F16). Not at clients who did not get in before it either.
 * What is compromised stays cut whatever this sees, so that an emergency waits for no second look at those of the listing. Throws the gravest of what it saw.
 */
export async function lookOnceReached(
  { secrets, ...wires }: Looking,
  plan: ScopePlan,
  keptBefore: KeptBefore,
  { running = new Map(), enforcedBeside }: Before = {},
): Promise<KeptOut> {
  const kept = keptIn(plan, keptBefore);
  const looking = lookAtAll({
    ...wires,
    scope: plan.scope,
    checks: [...kept, ...listedIn(plan)],
    async heldBy(check) {
      if (kept.includes(check)) return keptLeaf(secrets, check);
      const credential = running.get(check) ?? (await leafAroundTheCut(secrets, check, plan));
      return credential && { credential };
    },
  });
  const accepted = demandJudged(await looking, kept, keptBefore);
  const keptOut = await keepOut({ secrets, ...wires }, plan, enforcedBeside ?? enforcedIn(looking));
  return { ...keptOut, probes: accepted.probes + keptOut.probes };
}

/** Whether somebody is looked at once more: about whom hosts may go by what is cut until they have heard of it. */
const isAnyAgain = (plan: ScopePlan, keptBefore: KeptBefore): boolean =>
  [keptIn(plan, keptBefore), listedIn(plan), judgedAfterCut(plan)].some((checks) => checks.length > 0);

/** Where the listing was the evidence, everybody (I8). */
const listedIn = (plan: ScopePlan): readonly ClientCheck[] =>
  plan.evidence === 'listing' && !isUrgent(plan) ? plan.checks : [];

/** The witnesses that only the successor's filter keeps out once the cut has reached the hosts (F16). */
const judgedAfterCut = ({ witnesses = [] }: ScopePlan): ClientCheck[] =>
  witnesses.filter(({ afterCut, leadsToHeld }) => afterCut && !leadsToHeld);

/** Witnesses that what is held may let in, whatever the successor's filter says: no cut judges them. */
const leadingToHeld = ({ witnesses = [] }: ScopePlan): string[] =>
  witnesses.flatMap(({ client, afterCut, leadsToHeld }) => (afterCut && leadsToHeld ? client : []));

/** A plan without the witnesses that the scope judges which is cut last. */
export const withoutWitnesses = (plan: ScopePlan, elsewhere: readonly string[]): ScopePlan => ({
  ...plan,
  ...(plan.witnesses && {
    witnesses: plan.witnesses.filter(
      // What it has for another successor may be judged here all the same.
      ({ client, cutElsewhere = [] }) => cutElsewhere.length === 0 || !elsewhere.includes(client),
    ),
  }),
});

/** Shows that they are kept out (F16). */
export const keepOut = (
  { secrets, probe, hosts }: Looking,
  plan: ScopePlan,
  enforcedBeside: Keeping['enforcedBeside'],
): Promise<KeptOut> =>
  proveKeptOut({
    ...{ probe, hosts, scope: plan.scope, isUrgent: isUrgent(plan), isBeforeCut: false },
    witnesses: judgedAfterCut(plan),
    heldBy: (check) => witnessLeaf(secrets, check, plan),
    enforcedBeside,
  });

/** What clients keep that may have got in by what is cut, but for those who did not get in before it. */
export const keptIn = (plan: ScopePlan, { outside }: KeptBefore): ClientCheck[] =>
  runningAt('cut', plan).filter(({ client }) => !outside.includes(client));

/** What a look after the cut came to. Throws the gravest of what counts in it. */
export function demandJudged(
  looked: Looked,
  kept: readonly ClientCheck[],
  { unknown }: KeptBefore,
): Accepted {
  const isUnknown = (check: ClientCheck): boolean => kept.includes(check) && unknown.includes(check.client);
  const failures = looked.failures.filter(
    ({ check, error }) => !isUnknown(check) || isOneOf(error, lockoutErrors),
  );
  return demandAll({ ...looked, failures });
}
