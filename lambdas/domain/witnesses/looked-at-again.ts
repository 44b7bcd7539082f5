import { isUrgent } from '../cut/urgent.ts';
import type { ClientCheck, ScopePlan } from '../plan-document.ts';
import { runningAt } from '../planning/running-leaves.ts';

/**
 * What was seen right before the cut of clients that keep their leaf. Who was outside is judged by nothing after it (I17). Of whom nothing could be said
 * nobody knows that: a refusal counts, and silence, which may be all that a client ever says, holds no cut (I9).
 */
export type KeptBefore = { outside: readonly string[]; unknown: readonly string[] };

/** Where the listing was the evidence, everybody (I8). */
export const listedIn = (plan: ScopePlan): readonly ClientCheck[] =>
  plan.evidence === 'listing' && !isUrgent(plan) ? plan.checks : [];

/** The witnesses that only the successor's filter keeps out once the cut has reached the hosts (F16). */
export const judgedAfterCut = ({ witnesses = [] }: ScopePlan): ClientCheck[] =>
  witnesses.filter(({ afterCut, leadsToHeld }) => afterCut && !leadsToHeld);

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

/** What clients keep that may have got in by what is cut, but for those who did not get in before it. */
export const keptIn = (plan: ScopePlan, { outside }: KeptBefore): ClientCheck[] =>
  runningAt('cut', plan).filter(({ client }) => !outside.includes(client));
