import { isUrgent } from '../../domain/cut/urgent.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { runningAt } from '../../domain/planning/running-leaves.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { keptLeaf, leafAroundTheCut } from '../secrets/held-leaf.ts';
import { witnessLeaf } from '../secrets/witness-leaf.ts';
import { demandAll } from './every-trial.ts';
import { type Keeping, type KeptOut, proveKeptOut } from './keep-out.ts';
import { enforcedIn, lookAtAll } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

/** What a look after a cut asks: the hosts, with what secrets hold. */
export type Looking = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'>;

/** What a confirmation has found by its first look: what each client runs on, and where mutual TLS was seen to be on. */
type Before = {
  running?: ReadonlyMap<ClientCheck, ClientCredential>;
  enforcedBeside?: Keeping['enforcedBeside'];
};

/**
 * Looks once more at whoever may have got in, or been kept out, by what is cut until the cut has reached the hosts: what clients keep, about which hosts may
 * have asked only that, everybody where the listing was the evidence (I8), and witnesses (F16). Not at clients who did not get in before it either (`outside`).
 * What is compromised stays cut whatever this sees, so that an emergency waits for no second look at those of the listing. Throws the gravest of what it saw.
 */
export async function lookOnceReached(
  { secrets, ...wires }: Looking,
  plan: ScopePlan,
  outside: readonly string[],
  { running = new Map(), enforcedBeside }: Before = {},
): Promise<KeptOut> {
  const kept = keptIn(plan, outside);
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
  const accepted = demandAll(await looking);
  const keptOut = await keepOut({ secrets, ...wires }, plan, enforcedBeside ?? enforcedIn(looking));
  return { ...keptOut, probes: accepted.probes + keptOut.probes };
}

/** Whether somebody is looked at once more: about whom hosts may go by what is cut until they have heard of it. */
export const isAnyAgain = (plan: ScopePlan, outside: readonly string[]): boolean =>
  [keptIn(plan, outside), listedIn(plan), judgedAfterCut(plan)].some((checks) => checks.length > 0);

/** Where the listing was the evidence, everybody (I8). */
const listedIn = (plan: ScopePlan): readonly ClientCheck[] =>
  plan.evidence === 'listing' && !isUrgent(plan) ? plan.checks : [];

/** The witnesses that only the successor's filter keeps out once the cut has reached the hosts (F16). */
const judgedAfterCut = ({ witnesses = [] }: ScopePlan): ClientCheck[] =>
  witnesses.filter(({ afterCut, leadsToHeld }) => afterCut && !leadsToHeld);

/** Witnesses that what is held may let in, whatever the successor's filter says: no cut judges them. */
export const leadingToHeld = ({ witnesses = [] }: ScopePlan): string[] =>
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
export const keptIn = (plan: ScopePlan, outside: readonly string[]): ClientCheck[] =>
  runningAt('cut', plan).filter(({ client }) => !outside.includes(client));
