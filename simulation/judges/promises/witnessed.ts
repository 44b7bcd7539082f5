import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import { scopePlansOf } from '../../../lambdas/domain/manifest.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { ScenarioWitness } from '../../organizations/scenario.ts';
import { lastFilterSet } from '../../organizations/witnesses-of.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Anchors that a witness's leaves lead to at a time (Unix seconds). In these stories each
 * leaf leads to one anchor alone.
 */
export const leadsAt = (
  { current, pending, line, arrives }: ScenarioWitness,
  at: number,
  { scenario }: Pick<JudgeContext, 'scenario'>,
): string[] =>
  arrives !== undefined && at >= arrives
    ? scenario.anchors.filter((one) => one.line === line && one.generation > 0).map(({ id }) => id)
    : [current.anchor, ...(pending ? [pending.anchor] : [])];

/** The witnesses of a scope that a succession has to keep out: those of its line. */
export const concerned = (
  scope: Scope,
  successor: string,
  { scenario, rules }: JudgeContext,
): ScenarioWitness[] =>
  (scenario.witnesses ?? []).filter(
    ({ project, line }) =>
      (scope === ORGANIZATION || scope === project) && rules.anchor(successor)?.line === line,
  );

/** Whether an anchor has a filter at a time (Unix seconds). */
export function isFiltered(
  id: string,
  at: number,
  { rules, scenario }: Pick<JudgeContext, 'rules' | 'scenario'>,
): boolean {
  const set = lastFilterSet(id, scenario.events, at);
  return set === null ? rules.anchor(id)?.filter !== undefined : set === 'set';
}

/**
 * Whether a witness of any scope gets in by a successor at a time (Unix seconds). Then nobody anywhere is
 * moved to that successor (F16).
 */
export const isWidening = (successor: string, at: number, context: JudgeContext): boolean =>
  context.scenario.policy.evidence === 'probe' &&
  !isFiltered(successor, at, context) &&
  concerned(ORGANIZATION, successor, context).some((one) => leadsAt(one, at, context).includes(successor));

/** A plan, and what was active when it was made. */
type Planned = { plan: Plan; activeIn: (scope: Scope) => ReadonlySet<string> | undefined };

/**
 * Whether a witness of a renewal gets in by the anchor that is to be replaced, which leads to the same leaves
 * and has no filter itself (F16). A scheduled run halts for such a witness, whichever of the two lets it in,
 * until a person gives that anchor a filter too.
 */
export const isOpenAlready = (
  retiring: string,
  successor: string,
  at: number,
  context: JudgeContext,
): boolean =>
  context.rules.sameAuthority(retiring, successor) &&
  context.scenario.policy.evidence === 'probe' &&
  !isFiltered(retiring, at, context) &&
  concerned(ORGANIZATION, successor, context).length > 0;

/**
 * Whether at a time (Unix seconds) nobody could show that a successor keeps out its witnesses (F16). No leaf
 * of a witness leads to it, or one leads to the retiring anchor as well. By that anchor the witness's project
 * still keeps it out after the organization's cut (F7).
 */
export const isUnwitnessed = (
  cut: { scope: Scope; retiring: string; successor: string },
  at: number,
  planned: Planned,
  context: JudgeContext,
): boolean =>
  concerned(cut.scope, cut.successor, context).some(
    (one) =>
      !leadsAt(one, at, context).includes(cut.successor) || isKeptBy(one.project, cut, planned, context),
  );

/**
 * Whether a project keeps the anchor that is cut in the organization, and leaves of the
 * successor lead to that as well.
 */
function isKeptBy(
  project: Scope,
  { scope, retiring, successor }: { scope: Scope; retiring: string; successor: string },
  { plan, activeIn }: Planned,
  { rules }: JudgeContext,
): boolean {
  if (scope !== ORGANIZATION || !rules.sameAuthority(retiring, successor)) return false;
  const share = scopePlansOf(plan).find((one) => one.scope === project);
  const isCut = share?.successions.some((one) => one.retiring === retiring && !one.held);
  return !isCut && activeIn(project)?.has(retiring) === true;
}

/**
 * Whether a witness of the scope has leaves that lead to nothing uploaded (F16, I9). It may belong to a pair
 * whose names state no authority, and to any pair where no upload has the witness's own. Unix seconds.
 */
export const isUnplacedWitness = (
  { scope, retiring }: { scope: Scope; retiring: string },
  { at, exists }: { at: number; exists: (id: string) => boolean },
  { rules, scenario }: Pick<JudgeContext, 'rules' | 'scenario'>,
): boolean =>
  (scenario.witnesses ?? []).some(
    (one) =>
      (scope === ORGANIZATION || scope === one.project) &&
      (rules.authority(retiring, at) === null || !isThere(one.line, { at, exists }, { rules, scenario })) &&
      !leadsAt(one, at, { scenario }).some(exists),
  );

/** Whether some upload has the authority of a line. */
const isThere = (
  line: string,
  { at, exists }: { at: number; exists: (id: string) => boolean },
  { rules, scenario }: Pick<JudgeContext, 'rules' | 'scenario'>,
): boolean => scenario.anchors.some(({ id }) => exists(id) && rules.authority(id, at) === line);
