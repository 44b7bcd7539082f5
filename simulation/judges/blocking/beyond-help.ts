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
 * Whether a filter turns a client away though its leaf leads to what is active for it (F16). The staged leaf
 * counts as well where an active upload of the same key has a filter that lets nobody in.
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
 * Returns the anchors that fail in scopes with a client that no run can help. Runs have begun to rotate them
 * and may go on, or have cut them without a confirmation. Such a client has a revoked API key and so says
 * nothing (I9), has a key of another project than the configured one (F10), or is turned away by a filter
 * (F16). `at` is in Unix seconds.
 */
export function failingIn(at: number, context: JudgeContext): string[] {
  const { rules, replay, scenario } = context;
  const { begun, cuts } = replay.state;
  const isBeyondHelp = (client: ScenarioClient): boolean =>
    isRevoked(client.name, context) || isFiltered(client, at, context) || isMisplaced(client, context);
  // The project of the client's key waits for the client as well (I1).
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
 * Whether a pair that could be rotated waits for others that fail because of a client beyond help. The others
 * go first every other day while one of them would expire through another soak and this pair would not. They
 * go first every day while one would expire in that very soak (rule 3). To be done by now this pair had to
 * begin a soak ago, and another that has expired since may have had its last turn then. A pair that has
 * expired itself waits as long as nobody is outside for it (I17).
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
