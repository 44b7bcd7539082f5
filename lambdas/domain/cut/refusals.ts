import * as z from 'zod';
import { shortened } from '../cause.ts';
import { errorNames, gravest, WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import { anchorId } from '../plan-document/pair.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';

/** An anchor that the API refused to toggle in a scope, and what the API said. */
export const refusalSchema = z.object({ anchor: anchorId, error: z.enum(errorNames), cause: z.string() });

export type Refusal = z.infer<typeof refusalSchema>;

/** Returns refusals in the form that a scope carries. */
export const refusalsOf = (refused: ReadonlyMap<string, WindlassError>): Refusal[] =>
  [...refused].map(([anchor, { name, message }]) => ({ anchor, error: name, cause: shortened(message) }));

/** Returns a refusal as an error. */
export const refusalError = ({ error, cause }: Refusal): WindlassError => new WindlassError(error, cause);

/** How many other refusals a halt tells beside the gravest. */
const MOST_TOLD = 5;

/**
 * Throws the gravest refusal, with the words of the others. Called last, once every other anchor and client
 * has been seen to.
 */
export function demandTaken(refusals: readonly Refusal[]): void {
  const first = gravest(refusals.map(refusalError)) as WindlassError | undefined;
  if (!first) return;
  const causes = new Set(refusals.map(({ cause }) => cause));
  causes.delete(first.message);
  const others = firstFew([...causes], MOST_TOLD);
  throw new WindlassError(first.name, [first.message, ...others].join('; '));
}

/**
 * Returns the part of a plan that can be confirmed where the API refused to deactivate some of its anchors.
 * An old leaf that leads to a refused anchor still gets in, so it cannot show that any other of its anchors
 * is cut (I10). The other cuts are confirmed by clients whose old leaf leads to no refused anchor (I17). The
 * successors have to work all the same.
 */
export function withoutRefused(plan: ScopePlan, refusals: readonly Refusal[]): ScopePlan {
  if (refusals.length === 0) return plan;
  const { successions, checks, runningLeaves, witnesses = [] } = plan;
  const refused = new Set(refusals.map(({ anchor }) => anchor));
  const waysOf = (check: ClientCheck) => cutWaysOf(check, successions);
  const isIn = (check: ClientCheck): boolean => waysOf(check).some((id) => refused.has(id));
  const looked = [
    ...checks.filter(({ retiringLeaf }) => retiringLeaf),
    ...witnesses.filter(({ afterCut }) => afterCut),
  ];
  const unseen = new Set([...refused, ...looked.filter(isIn).flatMap(waysOf)]);
  const isAnyCut = (check: ClientCheck): boolean =>
    retiringFor(check, successions).some((id) => !refused.has(id));
  return {
    ...plan,
    successions: successions.filter(({ retiring }) => !unseen.has(retiring)),
    checks: checks.map((check) => (isIn(check) ? acceptedOnly(check) : check)),
    ...(runningLeaves && { runningLeaves: runningLeaves.filter(isAnyCut) }),
    ...(plan.witnesses && { witnesses: witnesses.filter((one) => !isIn(one)) }),
  };
}

/** Returns the anchors that are cut here and that the old leaf of a check leads to. */
export const cutWaysOf = (check: ClientCheck, successions: ScopePlan['successions']): readonly string[] =>
  check.cutHere ?? retiringFor(check, successions);

/** Returns the anchors that are cut here in favour of a check's successor. */
const retiringFor = ({ successor }: ClientCheck, successions: ScopePlan['successions']): string[] =>
  successions.flatMap((one) => (one.successor === successor && !one.held ? [one.retiring] : []));

const acceptedOnly = ({ retiringLeaf: _, ...check }: ClientCheck): ClientCheck => check;
