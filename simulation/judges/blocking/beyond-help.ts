import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { isRevoked } from '../succeeding.ts';
import type { JudgeContext } from '../watch.ts';

const DAY = 86_400;

/** Whether some client can be helped by no run: its API key is revoked, so that it says nothing (I9), or a filter turns it away (F16). Unix seconds. */
export const isAnybodyBeyondHelp = (at: number, context: JudgeContext): boolean =>
  context.scenario.clients.some(({ name }) => isRevoked(name, context)) || isAnybodyFiltered(at, context);

/**
 * Whether a client is turned away though its leaf leads to what is active for it: by a filter (F16). So would be what is staged for it, where an active upload of
 * the same key has one that lets nobody in.
 */
export const isAnybodyFiltered = (at: number, { scenario, replay, rules }: JudgeContext): boolean =>
  scenario.clients.some(({ name, project }) => {
    const { AWSCURRENT = null, AWSPENDING = null } = replay.state.leaves.get(name) ?? {};
    const trusted = replay.trusted(project);
    const isTurnedAway = (leaf: string | null): boolean =>
      rules.leadsInto(leaf, trusted, at) && !rules.accepted(leaf, trusted, at);
    const isShut = rules.leadingTo(AWSPENDING).some((id) => trusted.has(id) && rules.refusesAll(id, at));
    return isTurnedAway(AWSCURRENT) || (isShut && isTurnedAway(AWSPENDING));
  });

/**
 * Whether what could be rotated waits for others that have failed for days, for somebody beyond help: as long as one of them would expire through another soak
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
  const others = [ORGANIZATION, ...scenario.projects].flatMap((scope) => [...replay.activeIn(scope)]);
  const goesFirst = (id: string): boolean =>
    ![retiring, successor].includes(id) &&
    rules.isDue(id, at) &&
    !rules.held(id, at) &&
    endOf(id) > at - soak - DAY &&
    endOf(id) <= until;
  return !isPressed && others.some(goesFirst);
}
