import { type Anchor, activeSetOf, ORGANIZATION, otherScope, type Scope, unlistedIn } from '../anchor.ts';
import { cutHereOf } from '../cut/old-leaves.ts';
import { cutWaysOf } from '../cut/refusals.ts';
import { WindlassError } from '../errors.ts';
import { leadsTo } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import type { IsHeld } from '../planning/trust-after-cut.ts';

/** What is held, what a run cuts in a scope, and whether any scope may be the first. */
export type CutAround = { isHeld: IsHeld; cutIn: (scope: Scope) => readonly string[]; isAnyOrder: boolean };

/**
 * Returns how to judge a witness whose leaf leads to an anchor that retires in a scope: after the cut there,
 * where that was the last of its ways in. In a scheduled run a witness that gets in before a cut halts it, so
 * an anchor that the other scope keeps has kept it out. In an emergency that anchor may be what lets it in
 * (F7, I16). An expired anchor keeps nobody out: hosts go by the successor's filter already.
 */
export function waysOf(
  leaf: LeafFacts,
  { successor, project }: Pick<ClientCheck, 'successor' | 'project'>,
  {
    successions,
    scope,
    facts,
    ...around
  }: { successions: readonly Succession[]; scope: Scope; facts: PlanningFacts } & CutAround,
): Pick<ClientCheck, 'afterCut' | 'cutHere' | 'cutElsewhere' | 'leadsToHeld'> {
  const { inventory } = facts;
  const { isHeld, cutIn, isAnyOrder } = around;
  const isOver = ({ flaw, expiresAt }: Anchor): boolean => flaw === undefined && expiresAt <= facts.now;
  const leading = successions.filter(({ retiring }) => leadsTo(leaf, retiring.anchorId) && !isOver(retiring));
  if (leading.length === 0) return {};
  const other = otherScope(scope, project);
  const standing = leading.map(({ retiring }) => retiring.anchorId);
  const elsewhere = isAnyOrder ? standing.filter((id) => activeSetOf(inventory, other).has(id)) : [];
  // In waves the organization is cut last. A project that halted may not have been cut before it.
  const mayBeFirst = isAnyOrder || scope === ORGANIZATION;
  const cut = mayBeFirst ? standing.filter((id) => cutIn(other).includes(id)) : [];
  const leadsToHeld =
    leading.some((one) => isHeld(one, scope)) ||
    elsewhere.some((id) => !cut.includes(id)) ||
    (isAnyOrder && unlistedIn(inventory).has(project));
  return {
    afterCut: true,
    ...cutHereOf({ successor }, leaf, successions),
    ...(cut.length > 0 && { cutElsewhere: cut }),
    ...(leadsToHeld && { leadsToHeld }),
  };
}

/**
 * Returns the anchors whose cut in the organization waits for a project, each with the reason. A witness that
 * leads to such an anchor may be kept out by an anchor that its project has not cut. Then no look after the
 * cut says anything of the successor's filter (F7, F16). `elsewhere` are the names of those witnesses. A
 * compromised anchor waits for no witness (I16).
 */
export function waitingForProjects(
  { scope, successions, witnesses = [] }: Pick<ScopePlan, 'scope' | 'successions' | 'witnesses'>,
  elsewhere: readonly string[],
): Map<string, WindlassError> {
  const mayWait = successions.flatMap(({ retiring, compromised }) => (compromised ? [] : retiring));
  const kept = witnesses.filter(
    ({ client, cutElsewhere = [] }) => elsewhere.includes(client) && cutElsewhere.length > 0,
  );
  return new Map(
    kept.flatMap((witness) => {
      const ways = cutWaysOf(witness, successions).filter((id) => mayWait.includes(id));
      return ways.map((id) => [id, unjudged(id, scope, witness)] as const);
    }),
  );
}

function unjudged(
  retiring: string,
  scope: Scope,
  { client, project, successor, cutElsewhere = [] }: ClientCheck,
): WindlassError {
  return new WindlassError(
    'WitnessUnjudged',
    `nobody can show that ${successor} keeps witness ${client} out, so ${retiring} was not cut in ${scope}: its leaf leads to ${cutElsewhere.join(', ')} as well, which ${otherScope(scope, project)} has not cut, and as long as that is active there hosts may go by its filter. See to that scope first, or take ${client} out of mustRefuse`,
  );
}
