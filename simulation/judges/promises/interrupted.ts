import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { isFailure } from '../../log/is-failure.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Returns the anchors whose overlap something interrupts. A cut of ours interrupts none: that is
 * how an overlap is meant to end.
 */
export function interrupted(
  event: LoggedEvent,
  { replay, rules }: JudgeContext,
  isMixed: (seen: InvocationRecord) => boolean,
): string[] {
  if (event.what === 'trust') {
    const cut = typeof event.by === 'object' && !event.active;
    return cut ? [] : [...event.anchorIds];
  }
  // A project that is archived for a night has no overlap that anybody could see.
  if (event.what === 'trouble' && event.broken.startsWith('project '))
    return [...replay.activeIn(event.broken.slice('project '.length))];
  if (event.what === 'leaf' && event.stage === 'AWSCURRENT')
    return [event.from, event.to].flatMap((leaf) => rules.issuersOf(leaf));
  if (event.what !== 'called') return [];
  // A run forgets a soak before it acts: clients are about to move, or a cut is about to be taken back.
  const seen = replay.state.invocations.get(event.invocation);
  const { promotions = [] } = Object(Object(seen?.input).plan) as Partial<Plan>;
  const moves = seen?.step === 'promote' && promotions.length > 0 && !isMixed(seen);
  const means = moves || seen?.step === 'undo';
  const soak = means ? forgottenSoak(event) : undefined;
  return soak?.split('#') ?? [];
}

/**
 * Returns the soak that a call has deleted. A delete that was refused has forgotten nothing, since
 * the soak is another one by then.
 */
export function forgottenSoak({ call, answer }: LoggedEvent & { what: 'called' }): string | undefined {
  if (Object.hasOwn(Object(answer), 'thrown') || call.action !== 'dynamodb:DeleteItem') return undefined;
  return call.about?.startsWith('soak ') ? call.about.slice('soak '.length) : undefined;
}

/** Returns the client whose running leaf a Plan has asked for without an answer. */
export function unreadRunning(event: LoggedEvent, { replay }: JudgeContext): string | undefined {
  if (event.what !== 'fault' || !isFailure(event.fault)) return undefined;
  if (replay.state.invocations.get(event.invocation)?.step !== 'plan') return undefined;
  const [action, client, stage] = event.call?.about?.split(' ') ?? [];
  return action === 'GetSecretValue' && stage === 'AWSCURRENT' ? client : undefined;
}

/**
 * Whether a client whose running leaf a Plan could not read has a leaf of the successor to be moved to. With
 * such a client another soak begins (I9).
 */
export const mayHaveToMove = (
  { successor, scopes }: { successor: string; scopes: readonly string[] },
  unread: ReadonlySet<string>,
  { replay, rules }: JudgeContext,
): boolean =>
  scopes
    .flatMap((scope) => rules.reaching(scope))
    .filter(({ name }) => unread.has(name))
    .some(({ name }) => rules.chainOf(replay.state.leaves.get(name)?.AWSPENDING ?? null).includes(successor));
