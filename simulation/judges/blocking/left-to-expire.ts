import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Finding } from '../../log/findings.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { isReady, waitsForHold } from '../promises/lack.ts';
import { isOpenAlready, isWidening } from '../promises/witnessed.ts';
import { bestSuccessor, isBegunOtherwise } from '../succeeding.ts';
import { isAnybodyUntold, isMisplaced } from '../trust/misplaced.ts';
import { isNamed } from '../trust/unheard-of.ts';
import { isCompromised, type JudgeContext } from '../watch.ts';

const DAY = 86_400;

/**
 * Judges rule 3 and I17: days after the last trouble, no client that could have been moved still runs on what
 * is about to expire. A neighbour that is not ready may hold up cuts, but never a move.
 */
export function judgeLeftToExpire(context: JudgeContext): Finding[] {
  const { scenario, replay, rules } = context;
  const at = scenario.end;
  if (isAnybodyUntold(context)) return [];
  const active = (id: string, project: string): boolean =>
    [project, ORGANIZATION].some((scope) => replay.activeIn(scope).has(id));
  return scenario.clients.flatMap((client) => {
    const { name, project } = client;
    // Nothing proves the client in its own project, and only a person says whether its key or
    // the configuration is right (I8).
    if (isMisplaced(client, context) || !isNamed(name, context)) return [];
    const current = replay.readable().get(name)?.AWSCURRENT ?? null;
    const trusted = replay.trusted(project);
    const own = rules.chainOf(current).filter((id) => active(id, project));
    if (own.length === 0 || own.some((id) => !rules.isDue(id, scenario.calm))) return [];
    const retiring = own.toSorted((a, b) => ends(a, context) - ends(b, context)).at(-1) ?? '';
    const successor = bestSuccessor(retiring, at, context);
    if (!successor || rules.held(retiring, at)) return [];
    const scopes = [project, ORGANIZATION];
    if (scopes.some((scope) => isBegunOtherwise({ retiring, successor, scope }, context))) return [];
    if (waitsForHold(retiring, at, { has: replay.exists }, context)) return [];
    if (waitsForAdmin({ project, retiring, successor }, context)) return [];
    if (!isMovable(client, { retiring, successor, trusted, at }, context)) return [];
    const what = `${name} still runs on ${retiring}, which expires ${when(retiring, context)}, and could have been moved to ${successor}`;
    return [{ kind: 'leftToExpire', at: at * 1000, what }];
  });
}

/**
 * Whether a client runs on an anchor that is active in the organization alone, where no run
 * activates its successor. Hosts may ask that successor about the admin credential before the anchor
 * that lets the credential in (F7, F10).
 */
function waitsForAdmin(
  { project, retiring, successor }: { project: string; retiring: string; successor: string },
  { replay, rules }: JudgeContext,
): boolean {
  const leadsAdmin = rules.issuersOf(replay.state.admin?.leaf ?? null).includes(successor);
  const isShared = !replay.activeIn(project).has(retiring);
  return isShared && leadsAdmin && !replay.activeIn(ORGANIZATION).has(successor);
}

/**
 * Whether a client has a sound leaf of the successor, and each host would let it in by that
 * leaf once the successor is active.
 */
function isMovable(
  { name, project }: ScenarioClient,
  moves: { retiring: string; successor: string; trusted: ReadonlySet<string>; at: number },
  context: JudgeContext,
): boolean {
  const { replay, rules, scenario } = context;
  const { policy } = scenario;
  const { retiring, successor, trusted, at } = moves;
  if (!scenario.projects.includes(project) || replay.state.broken.has(`revoked ${name}`)) return false;
  // Nobody moves a client to a successor that lets a witness in. The sweep of the day after its repair does.
  const isWidened =
    !isCompromised(context, retiring) &&
    (isWidening(successor, at - 2 * DAY, context) || isOpenAlready(retiring, successor, at, context));
  // A successor that the API refuses to activate lets nobody in where it is not active yet.
  const isStuck = replay.state.broken.has(`stuck ${successor}`) && !replay.trusted(project).has(successor);
  if (isWidened || isStuck) return false;
  const until = at + policy.soak + policy.safetyMargin + rules.TOLERANCE;
  if (!isReady(name, successor, { until }, context)) return false;
  const staged = replay.readable().get(name)?.AWSPENDING ?? null;
  const then = new Set([...[...trusted].filter((id) => id !== successor), successor]);
  return rules.chainOf(staged).includes(successor) && rules.accepted(staged, then, at, true);
}

/**
 * The clients that get in by this anchor alone at a time (Unix seconds), and have
 * a sound leaf of its successor.
 */
export function whoCouldMove(
  retiring: string,
  at: number,
  context: JudgeContext,
): { name: string; successor: string }[] {
  const { scenario, replay, rules } = context;
  const successor = bestSuccessor(retiring, at, context);
  if (!successor || rules.held(retiring, at)) return [];
  if (waitsForHold(retiring, at, { has: replay.exists }, context)) return [];
  return scenario.clients.flatMap((client) => {
    const trusted = replay.trusted(client.project);
    const current = replay.readable().get(client.name)?.AWSCURRENT ?? null;
    const own = rules.chainOf(current).filter((id) => trusted.has(id));
    const isOnIt =
      own.length === 1 &&
      own[0] === retiring &&
      !waitsForAdmin({ project: client.project, retiring, successor }, context);
    return isOnIt && isMovable(client, { retiring, successor, trusted, at }, context)
      ? [{ name: client.name, successor }]
      : [];
  });
}

const ends = (id: string, { rules }: JudgeContext): number => rules.anchor(id)?.expiresAt ?? 0;
const when = (id: string, context: JudgeContext): string => new Date(1000 * ends(id, context)).toISOString();
