import * as z from 'zod';
import { shortened } from '../cause.ts';
import { errorNames, gravest, WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import { anchorId, type ClientCheck, type ScopePlan } from '../plan-document.ts';

/** An anchor that the API did not toggle in a scope, with what it said. */
export const refusalSchema = z.object({ anchor: anchorId, error: z.enum(errorNames), cause: z.string() });

export type Refusal = z.infer<typeof refusalSchema>;

/** Refusals as a scope carries them. */
export const refusalsOf = (refused: ReadonlyMap<string, WindlassError>): Refusal[] =>
  [...refused].map(([anchor, { name, message }]) => ({ anchor, error: name, cause: shortened(message) }));

/** A refusal as a failure. */
export const refusalError = ({ error, cause }: Refusal): WindlassError => new WindlassError(error, cause);

/** Refusals that a halt has beside the gravest. */
const MOST_TOLD = 5;

/** Throws the gravest of some refusals, once everybody else has been seen to, with the words of the others. */
export function demandTaken(refusals: readonly Refusal[]): void {
  const first = gravest(refusals.map(refusalError)) as WindlassError | undefined;
  if (!first) return;
  const causes = new Set(refusals.map(({ cause }) => cause));
  causes.delete(first.message);
  const others = firstFew([...causes], MOST_TOLD);
  throw new WindlassError(first.name, [first.message, ...others].join('; '));
}

/**
 * What of a scope's cut can be confirmed where the API did not deactivate some of its anchors: an old leaf that leads to one of those still gets in,
 * and shows of nothing else that it leads to that it is cut (I10). What is cut beside them is confirmed for whoever led to that alone
 * (I17). The successors have to work all the same.
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

/** What the old leaf of a check leads to of what is cut here. */
export const cutWaysOf = (check: ClientCheck, successions: ScopePlan['successions']): readonly string[] =>
  check.cutHere ?? retiringFor(check, successions);

/** What is cut here in favour of a check's successor. */
const retiringFor = ({ successor }: ClientCheck, successions: ScopePlan['successions']): string[] =>
  successions.flatMap((one) => (one.successor === successor && !one.held ? [one.retiring] : []));

const acceptedOnly = ({ retiringLeaf: _, ...check }: ClientCheck): ClientCheck => check;
