import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { isShut, LATE_HOSTS } from '../promises/lack.ts';
import { isUnplacedWitness, isUnwitnessed } from '../promises/witnessed.ts';
import { letInAgain } from '../succession/let-in-again.ts';
import { hangsFrom, isToldApart } from '../trust/own-way-in.ts';
import { isCompromised, type JudgeContext } from '../watch.ts';
import { wasTurnedAway } from './turned-away.ts';

type Cut = { scope: string; retiring: string; successor: string; execution?: string };

/**
 * Whether a plan rightly holds a cut back. Some client would lose, or may lose, its last way in; or nobody
 * can prove the successor; or a hold names an anchor that is gone.
 */
export function isRightlyHeld(
  cut: Cut,
  plan: Plan,
  look: Snapshot,
  broken: ReadonlySet<string>,
  context: JudgeContext,
): boolean {
  const { replay, rules } = context;
  const { mayLeave, byListing } = allowancesSoFar(context, { ...cut, at: look.at });
  const isBroken = ({ name }: ScenarioClient): boolean => broken.has(name) && !mayLeave(name, [cut.retiring]);
  const reaching = rules.reaching(cut.scope);
  const isProven = reaching.some(({ name }) => isReady(name, cut, look, context));
  // A run keeps the policy that it began with. What that policy holds may have been deleted during planning.
  const began = replay.state.startedAt.get(cut.execution ?? '') ?? look.at;
  const held = [began, look.at].flatMap((at) => rules.heldAt(at / 1000));
  const lostHold = held.some((id) => !look.existing.has(id) || !replay.exists(id));
  return (
    lostHold ||
    hangsFrom(cut, look, (id) => plan.successions.some((one) => one.retiring === id), context) ||
    (plan.evidence === 'probe' && !isProven && !byListing(cut.scope, [cut.retiring])) ||
    isUnwitnessed(cut, look.at / 1000, { plan, activeIn: (scope) => look.active.get(scope) }, context) ||
    isUnplacedWitness(cut, { at: look.at / 1000, exists: (id) => look.existing.has(id) }, context) ||
    reaching.some((client) => isBroken(client) || mayBeLost(client, cut, plan, look, context)) ||
    reaching.some((client) => wasTurnedAway(client, cut, plan, look, context)) ||
    // Nobody can move these clients, whatever is staged.
    straysOf(cut, look, context).some(
      (client) => isBroken(client) || mayBeLost(client, { ...cut, successor: 'none' }, plan, look, context),
    )
  );
}

/** Clients whose project was not listed when this was planned: it does not exist, or it was archived. */
function straysOf(
  { scope, retiring }: Pick<Cut, 'scope' | 'retiring'>,
  { archived }: Snapshot,
  context: JudgeContext,
): ScenarioClient[] {
  const { rules } = context;
  const isUrgent = isCompromised(context, retiring);
  if (!rules.mayLoseStrays(scope, isUrgent)) return [];
  const gone = rules.reaching(ORGANIZATION).filter(({ project }) => archived.has(project));
  return [...rules.strays(scope, isUrgent), ...gone];
}

/**
 * Whether the client will run on a leaf of the successor by the time of the cut, which lasts at least through
 * the soak and the margin (I19).
 */
function isReady(
  client: string,
  { successor }: Cut,
  { at, leaves, active }: Snapshot,
  { rules, scenario }: JudgeContext,
): boolean {
  const project = scenario.clients.find(({ name }) => name === client)?.project ?? '';
  const trusted = new Set([successor, ...(active.get(project) ?? []), ...(active.get(ORGANIZATION) ?? [])]);
  const { AWSPENDING: staged = null, AWSCURRENT: running = null } = leaves.get(client) ?? {};
  const { soak, safetyMargin } = scenario.policy;
  const until = at / 1000 + soak + safetyMargin + rules.TOLERANCE;
  const leadsThere = (leaf: string | null) =>
    rules.chainOf(leaf).includes(successor) &&
    Math.min(rules.endOf(leaf), rules.anchor(successor)?.expiresAt ?? 0) > until &&
    !isShut(leaf, successor, { trusted, until }, { rules });
  return (
    leadsThere(staged) || (leadsThere(running) && (staged === null || rules.chainOf(staged).length === 0))
  );
}

function mayBeLost(
  { name, project }: ScenarioClient,
  cut: Cut,
  plan: Plan,
  look: Snapshot,
  context: JudgeContext,
): boolean {
  const { rules, replay } = context;
  // A client that a person has decided to lock out loses nothing that anybody has to wait for (I6).
  if (allowancesSoFar(context, { ...cut, at: look.at }).mayLeave(name, [cut.retiring])) return false;
  // This plan may have read the client's secret before or after somebody gave it another leaf since: a
  // person, or a run that loses its lease.
  const { outsiderAt, movedAt } = replay.state;
  if (Math.max(outsiderAt.get(name) ?? 0, movedAt.get(name)?.at ?? 0) >= look.at) return true;
  const held = {
    current: look.leaves.get(name)?.AWSCURRENT ?? null,
    active: look.active,
    at: look.at / 1000,
  };
  const running = plan.mode === 'emergency' ? held.current : letInAgain({ name, project }, held, context);
  // The client gets in nowhere.
  if (rules.endOf(running) + LATE_HOSTS + rules.TOLERANCE < look.at / 1000) return false;
  const issuers = rules.issuersOf(running).filter((id) => look.existing.has(id) && replay.isReadable(id));
  if (running === null || issuers.length === 0 || rules.chainOf(running).length === 0) return true;
  if (!issuers.includes(cut.retiring) || isReady(name, cut, look, context)) return false;
  const retiring = new Set(plan.successions.map((one) => one.retiring));
  const around = [project, ORGANIZATION].flatMap((scope) => [...(look.active.get(scope) ?? [])]);
  // An anchor that has issued the leaf itself is asked alone, and the anchor
  // that is cut is asked no more (F7).
  const asked = rules.askedAbout(running, new Set(around.filter((id) => id !== cut.retiring)));
  // The other way in has to last through the soak and the margin, or to the very second at
  // which the cut anchor expires (I19).
  const { soak, safetyMargin } = context.scenario.policy;
  const until = look.at / 1000 + soak + safetyMargin + rules.TOLERANCE;
  const needed = Math.min(until, (rules.anchor(cut.retiring)?.expiresAt ?? until) - 1);
  const isWayIn = (id: string): boolean =>
    !retiring.has(id) &&
    around.includes(id) &&
    isToldApart(id, cut.retiring, context.rules) &&
    asked.includes(id) &&
    rules.isValid(id, Math.max(needed, look.at / 1000));
  return !issuers.some(isWayIn);
}
