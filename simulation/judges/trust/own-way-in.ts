import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document.ts';
import type { EventLog, LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import type { Rules } from '../rules.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { trustedAfter } from './scopes.ts';

/**
 * F10, I1: a cut of ours in the organization by which our own admin calls are refused from then on. By a filter that nobody can read it is
 * another's (F16).
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
  // A step looks at the credential once it has listed. What somebody puts there since nobody could have known.
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
 * Whether the credential's own leaf hangs from what is cut in the organization, and from nothing else there that stays: what is due itself,
 * or compromised, is no way in that lasts. `isDue` says what goes.
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
  // While what is cut is valid, nobody can tell that its renewal lets the leaf in: a filter may refuse it, and then nothing is put back (F16).
  const isUnsure = (id: string): boolean => rules.sameKey(id, retiring) && rules.isValid(retiring, at / 1000);
  const isWayIn = (id: string): boolean => stays(id) && !isUnsure(id) && rules.isValid(id, at / 1000);
  return ways.includes(retiring) && !ways.some(isWayIn);
}

/**
 * Whether the credential's own leaf leads to a successor that is not active in the organization yet, and to what lets it in there: hosts may ask the
 * successor first from then on, whose filter nobody can read, and nothing could take it back (F7, F16). A person activates that.
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

/** Another upload of the very key that is cut may have a filter that nobody can read (F16), and an undo may leave it to be asked first (F7). */
export const isToldApart = (id: string, retiring: string, rules: Rules): boolean =>
  !rules.sameKey(id, retiring);

/** Rule 3 and F10: a plan does not set out to make a cut by which it shuts itself out, it names that cut as blocked. */
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

/** Whether time itself has shut the admin credential out when nobody else did anything any more: then nobody waits for what a run could have done. */
export const isShutOutLate = (eventLog: EventLog, { scenario, replay, rules }: JudgeContext): boolean =>
  replay.state.broken.has('admin certificate') ||
  eventLog.some(
    ({ at, ...event }) =>
      event.what === 'trouble' &&
      event.broken === 'admin certificate' &&
      at / 1000 > scenario.calm + rules.TOLERANCE,
  );
