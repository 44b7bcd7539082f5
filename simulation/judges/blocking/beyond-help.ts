import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { isRevoked } from '../succeeding.ts';
import { isMisplaced, judgedNow } from '../trust/misplaced.ts';
import { isCompromised, type JudgeContext } from '../watch.ts';
import { mayGoOn } from './going-on.ts';

const DAY = 86_400;

/** Whether some client is turned away by a filter. */
export const isAnybodyFiltered = (at: number, context: JudgeContext): boolean =>
  context.scenario.clients.some((client) => isFiltered(client, at, context));

/**
 * Whether a client is turned away though its leaf leads to what is active for it: by a filter (F16). So would be what is staged for it, where an active upload of
 * the same key has one that lets nobody in.
 */
function isFiltered({ name, project }: ScenarioClient, at: number, { replay, rules }: JudgeContext): boolean {
  const { AWSCURRENT = null, AWSPENDING = null } = replay.state.leaves.get(name) ?? {};
  const trusted = replay.trusted(project);
  const isTurnedAway = (leaf: string | null): boolean =>
    rules.leadsInto(leaf, trusted, at) && !rules.accepted(leaf, trusted, at);
  const isShut = rules.leadingTo(AWSPENDING).some((id) => trusted.has(id) && rules.refusesAll(id, at));
  return isTurnedAway(AWSCURRENT) || (isShut && isTurnedAway(AWSPENDING));
}

/**
 * What runs have begun and may go on with, and what they have cut and not confirmed, in a scope of somebody whom no run can help: a client whose API key is
 * revoked, so that it says nothing (I9), or is of another project than the configured one (F10), or that a filter turns away (F16). `at` in Unix seconds.
 */
export function failingIn(at: number, context: JudgeContext): string[] {
  const { rules, replay, scenario } = context;
  const { begun, cuts } = replay.state;
  const isBeyondHelp = (client: ScenarioClient): boolean =>
    isRevoked(client.name, context) || isFiltered(client, at, context) || isMisplaced(client, context);
  // Its key's project waits for it as well (I1).
  const isBeside = (client: ScenarioClient, scope: Scope): boolean =>
    isMisplaced(client, context) && judgedNow(client, context) === scope;
  const isTried = (id: string): boolean =>
    (rules.isDue(id, at) || isCompromised(context, id)) &&
    [...begun].some((pair) => pair.startsWith(`${id} `)) &&
    mayGoOn(id, at, context);
  const failing = (scope: Scope): string[] => [
    ...[...replay.activeIn(scope)].filter(isTried),
    ...[...cuts.keys()].flatMap((key) => (key.startsWith(`${scope} `) ? (key.split(' ')[1] ?? '') : [])),
  ];
  return [ORGANIZATION, ...scenario.projects].flatMap((scope) =>
    rules.reaching(scope).some(isBeyondHelp) || scenario.clients.some((one) => isBeside(one, scope))
      ? failing(scope)
      : [],
  );
}

/**
 * Whether what could be rotated waits for others that fail for somebody beyond help: as long as one of them would expire through another soak
 * and this one would not, these go first every other day, and day after day where one would expire in that very soak (rule 3). What it needs to be done by now is
 * a soak before that, so that one that has expired since may have had its last turn. What has expired itself waits as long as nobody is outside for it (I17).
 */
export function waitsItsTurn(
  { retiring, successor }: { retiring: string; successor: string },
  at: number,
  context: JudgeContext,
): boolean {
  const { rules, replay, scenario } = context;
  const { soak, safetyMargin } = scenario.policy;
  const until = at + 2 * (soak + DAY) + safetyMargin;
  const endOf = (id: string): number => rules.anchor(id)?.expiresAt ?? 0;
  const isOutside = scenario.clients.some(({ name, project }) => {
    const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
    const isOfPair = rules.chainOf(current).some((id) => id === retiring || id === successor);
    return isOfPair && !rules.accepted(current, replay.trusted(project), at);
  });
  const isPressed = endOf(retiring) > at ? endOf(retiring) <= until : isOutside;
  const goesFirst = (id: string): boolean =>
    ![retiring, successor].includes(id) &&
    !rules.held(id, at) &&
    endOf(id) > at - soak - DAY &&
    endOf(id) <= until;
  return !isPressed && failingIn(at, context).some(goesFirst);
}
