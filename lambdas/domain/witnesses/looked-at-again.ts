import { isUrgent } from '../cut/urgent.ts';
import type { ScopeDocument } from '../document.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { runningAt } from '../planning/running-leaves.ts';

/**
 * What was seen, right before the cut, of clients that keep their leaf. A client that was outside is not
 * judged after the cut (I17). Of an unknown client nobody knows whether it was outside. A refusal of it
 * counts, but its silence holds no cut, since it may never say anything (I9).
 */
export type KeptBefore = { outside: readonly string[]; unknown: readonly string[] };

/** The same, as the look right before the cut has left it in the document. */
export const keptBeforeIn = ({ verification }: Pick<ScopeDocument, 'verification'>): KeptBefore => ({
  outside: verification?.outside ?? [],
  unknown: verification?.unknown ?? [],
});

/**
 * Returns all checks of a scope whose evidence was the listing (I8); none where everything that is cut is
 * compromised.
 */
export const listedIn = (plan: ScopePlan): readonly ClientCheck[] =>
  plan.evidence === 'listing' && !isUrgent(plan) ? plan.checks : [];

/**
 * Returns the witnesses that only the successor's filter keeps out once the cut has reached the hosts (F16).
 */
export const judgedAfterCut = ({ witnesses = [] }: ScopePlan): ClientCheck[] =>
  witnesses.filter(({ afterCut, leadsToHeld }) => afterCut && !leadsToHeld);

/** Returns a plan without the witnesses that are left to the scope that is cut last. */
export const withoutWitnesses = (plan: ScopePlan, elsewhere: readonly string[]): ScopePlan => ({
  ...plan,
  ...(plan.witnesses && {
    witnesses: plan.witnesses.filter(
      // Its checks for another successor may be judged here all the same.
      ({ client, cutElsewhere = [] }) => cutElsewhere.length === 0 || !elsewhere.includes(client),
    ),
  }),
});

/**
 * Returns the kept leaves that may have got in by an anchor that is cut, without those of clients that were
 * outside before.
 */
export const keptIn = (plan: ScopePlan, { outside }: KeptBefore): ClientCheck[] =>
  runningAt('cut', plan).filter(({ client }) => !outside.includes(client));
