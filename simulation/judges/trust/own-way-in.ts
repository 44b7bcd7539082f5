import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { EventLog, LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import type { Rules } from '../rules.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { trustedAfter } from './scopes.ts';

/**
 * Judges F10 and I1: a cut of ours in the organization after which our own admin calls are refused. A refusal
 * by a filter, which nobody can read, is another judge's (F16).
 */
export function shutOutBy(
  change: TrustEvent,
  seen: InvocationRecord | undefined,
  { replay, rules }: JudgeContext,
): Finding[] {
  const { at, scope, anchorIds } = change;
  const { admin } = replay.state;
  if (scope !== ORGANIZATION || !admin) return [];
  const { leaf } = admin;
  // A step looks at the credential once it has listed. It cannot know what somebody puts there later.
  if (admin.at >= (seen?.listed.get(scope) ?? Number.POSITIVE_INFINITY)) return [];
  const [before, after] = [replay.trusted(ORGANIZATION), trustedAfter(ORGANIZATION, change, replay)];
  if (!rules.accepted(leaf, before, at / 1000) || rules.accepted(leaf, after, at / 1000)) return [];
  if (rules.leadsInto(leaf, after, at / 1000)) return [];
  return [
    { kind: 'lockout', at, what: `Windlass itself by deactivating ${anchorIds.join(' ')} in ${scope}` },
  ];
}

type Cut = { scope: string; retiring: string; successor: string };
type Look = {
  at: number;
  admin: string | null;
  active: { get(scope: string): { has(id: string): boolean } | undefined };
};

/**
 * Whether the credential's own leaf leads to the anchor that is cut in the organization, and to no
 * other anchor there that stays. An anchor that is due itself, or compromised, is no lasting way
 * in. `goes` says which anchors go.
 */
export function hangsFrom(
  { scope, retiring, successor }: Cut,
  { at, admin, active }: Look,
  goes: (id: string) => boolean,
  { rules }: Pick<JudgeContext, 'rules'>,
): boolean {
  if (scope !== ORGANIZATION || admin === null) return false;
  const ways = rules.chainOf(admin);
  const stays = (id: string): boolean =>
    id === successor ||
    (id !== retiring &&
      active.get(ORGANIZATION)?.has(id) === true &&
      !goes(id) &&
      isToldApart(id, retiring, rules));
  // While the anchor that is cut is valid, nobody can tell whether its renewal lets the leaf in. A filter may
  // refuse it, and then nothing could be put back (F16).
  const isUnsure = (id: string): boolean => rules.sameKey(id, retiring) && rules.isValid(retiring, at / 1000);
  const isWayIn = (id: string): boolean => stays(id) && !isUnsure(id) && rules.isValid(id, at / 1000);
  return ways.includes(retiring) && !ways.some(isWayIn);
}

/**
 * Whether the credential's own leaf leads to a successor that is not active in the organization yet, and to
 * an anchor that lets it in there. From the activation on hosts may ask the successor first, whose filter
 * nobody can read, and nothing could take it back (F7, F16). A person activates such a successor.
 */
export function mayShutOut(
  { scope, successor }: Pick<Cut, 'scope' | 'successor'>,
  { at, admin, active }: Look,
  { rules }: Pick<JudgeContext, 'rules'>,
): boolean {
  const isActive = (id: string): boolean => active.get(ORGANIZATION)?.has(id) === true;
  if (scope !== ORGANIZATION || admin === null || isActive(successor)) return false;
  const ways = rules.chainOf(admin);
  return ways.includes(successor) && ways.some((id) => isActive(id) && rules.isValid(id, at / 1000));
}

/**
 * Whether an anchor has another key than the one that is cut. Another upload of that key may have a filter
 * that nobody can read (F16), and an undo may leave it to be asked first (F7).
 */
export const isToldApart = (id: string, retiring: string, rules: Rules): boolean =>
  !rules.sameKey(id, retiring);

/**
 * Judges rule 3 and F10: a plan does not set out to make a cut that shuts out its own
 * calls. It names that cut as blocked.
 */
export function createOwnWayInWatch(context: JudgeContext): Watch {
  const { replay } = context;
  return (event: LoggedEvent): Finding[] => {
    if (event.what !== 'returned' || !event.heard) return [];
    if (replay.state.invocations.get(event.invocation)?.step !== 'plan') return [];
    const { waves, blocked } = event.result as Plan;
    const looks = replay.state.plans.get(event.execution) ?? [];
    const shares = waves.flatMap(({ scopes }) => scopes);
    const shutting = shares.flatMap(({ scope, successions }) => {
      const cuts = successions.filter(({ held }) => !held);
      const goes = (id: string) => cuts.some(({ retiring }) => retiring === id);
      return cuts
        .filter((cut) => looks.every((look) => hangsFrom({ scope, ...cut }, look, goes, context)))
        .map(({ retiring }) => retiring);
    });
    const isTold = (id: string) => blocked.some(({ anchor }) => anchor === id);
    return shutting
      .filter((id) => !isTold(id))
      .map((id) => ({
        kind: 'silent',
        at: event.at,
        what: `${event.execution} sets out to cut ${id} in the organization, by which its own calls would be refused`,
      }));
  };
}

/**
 * Whether only time has shut the admin credential out, when nobody else did anything any more. The judges
 * then do not wait for what a run could have done.
 */
export const isShutOutLate = (eventLog: EventLog, { scenario, replay, rules }: JudgeContext): boolean =>
  replay.state.broken.has('admin certificate') ||
  eventLog.some(
    ({ at, ...event }) =>
      event.what === 'trouble' &&
      event.broken === 'admin certificate' &&
      at / 1000 > scenario.calm + rules.TOLERANCE,
  );
