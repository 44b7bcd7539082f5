import * as z from 'zod';
import { shortened } from '../cause.ts';
import { errorNames, gravest, WindlassError } from '../errors.ts';
import { anchorId, type ClientCheck, type ScopePlan } from '../plan-document.ts';

/** An anchor that the API did not toggle in a scope, with what it said. */
export const refusalSchema = z.object({ anchor: anchorId, error: z.enum(errorNames), cause: z.string() });

export type Refusal = z.infer<typeof refusalSchema>;

/** Refusals as a scope carries them. */
export const refusalsOf = (refused: ReadonlyMap<string, WindlassError>): Refusal[] =>
  [...refused].map(([anchor, { name, message }]) => ({ anchor, error: name, cause: shortened(message) }));

/** A refusal as a failure. */
export const refusalError = ({ error, cause }: Refusal): WindlassError => new WindlassError(error, cause);

/** Throws the gravest of some refusals, once everybody else has been seen to. */
export function demandTaken(refusals: readonly Refusal[]): void {
  if (refusals.length > 0) throw gravest(refusals.map(refusalError));
}

/**
 * What of a scope's cut can be confirmed where the API did not deactivate some of its anchors: old leaves that lead to those still get in.
 * The successors have to work all the same.
 */
export function withoutRefused(plan: ScopePlan, refusals: readonly Refusal[]): ScopePlan {
  if (refusals.length === 0) return plan;
  const refused = new Set(refusals.map(({ anchor }) => anchor));
  const half = new Set(plan.successions.flatMap((one) => (refused.has(one.retiring) ? one.successor : [])));
  const isWhole = ({ successor }: { successor: string }): boolean => !half.has(successor);
  return {
    ...plan,
    successions: plan.successions.filter(isWhole),
    checks: plan.checks.map((check) => (isWhole(check) ? check : acceptedOnly(check))),
    ...(plan.runningLeaves && { runningLeaves: plan.runningLeaves.filter(isWhole) }),
    ...(plan.witnesses && { witnesses: plan.witnesses.filter(isWhole) }),
  };
}

const acceptedOnly = ({ retiringLeaf: _, ...check }: ClientCheck): ClientCheck => check;
