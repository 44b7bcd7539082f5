import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScenarioWitness } from '../../organizations/scenario.ts';
import { lastFilterSet } from '../../organizations/witnesses-of.ts';
import type { JudgeContext } from '../watch.ts';

/** Anchors that a witness's leaves lead to at a time (Unix seconds): each of these stories leads to one alone. */
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

/** F16: whether a witness, be it of any scope, gets in by a successor at a time (Unix seconds): nobody anywhere is moved to that one. */
export const isWidening = (successor: string, at: number, context: JudgeContext): boolean =>
  context.scenario.policy.evidence === 'probe' &&
  !isFiltered(successor, at, context) &&
  concerned(ORGANIZATION, successor, context).some((one) => leadsAt(one, at, context).includes(successor));

/** F16: whether nobody could show at a time (Unix seconds) that a successor keeps out whom it has to. */
export const isUnwitnessed = (
  { scope, successor }: { scope: Scope; successor: string },
  at: number,
  context: JudgeContext,
): boolean =>
  concerned(scope, successor, context).some((one) => !leadsAt(one, at, context).includes(successor));

/** A witness whose leaves lead to nothing that is uploaded may belong to a pair whose names state no authority, and to any where no upload has its own (F16, I9). Unix seconds. */
export const isUnplacedWitness = (
  { scope, retiring }: { scope: Scope; retiring: string },
  { at, exists }: { at: number; exists: (id: string) => boolean },
  { rules, scenario }: Pick<JudgeContext, 'rules' | 'scenario'>,
): boolean =>
  (scenario.witnesses ?? []).some(
    (one) =>
      (scope === ORGANIZATION || scope === one.project) &&
      (rules.authority(retiring) === null || !isThere(one.line, exists, { rules, scenario })) &&
      !leadsAt(one, at, { scenario }).some(exists),
  );

/** Whether some upload has the authority of a line. */
const isThere = (
  line: string,
  exists: (id: string) => boolean,
  { rules, scenario }: Pick<JudgeContext, 'rules' | 'scenario'>,
): boolean => scenario.anchors.some(({ id }) => exists(id) && rules.authority(id) === line);
