import type { Finding } from '../../log/findings.ts';
import { isNo, nameOf } from '../proofs/probes.ts';
import { isRevoked } from '../succeeding.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { trustedAfter } from './scopes.ts';

/**
 * Whether a leaf leads into what stays after a cut, and only the filter of an anchor that lets in its own
 * line refuses it. Nobody can read that filter, and while hosts ask the client's own anchor no probe tells
 * (F7, F16). Another watch says what a run has to do about it. `now` is in Unix seconds.
 */
export const isByOwnOnly = (
  leaf: string | null,
  after: ReadonlySet<string>,
  now: number,
  { rules }: Pick<JudgeContext, 'rules'>,
): boolean =>
  leaf !== null &&
  rules.leadsInto(leaf, after, now) &&
  rules.leadingTo(leaf).some((id) => after.has(id) && rules.refusesOthers(id, leaf, now));

/**
 * Watches I1 and F16: a run that ends green leaves no client that it cut outside by such a filter. A cut that
 * was put back for a client is not made again for the same leaf, unless a person has started a run since.
 */
export function createLeftToAnotherWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  /** Clients that the cuts of an execution left outside, and whether their keys were revoked by then. */
  const outside = new Map<string, Map<string, { wasSilent: boolean }>>();
  /**
   * By client, the leaf for which a cut was put back, and when. `askedAt` is when a run that a person started
   * last began to plan. Milliseconds.
   */
  const putBackFor = new Map<string, { leaf: string | null; at: number }>();
  let askedAt = 0;
  const leafOf = (client: string) => replay.state.leaves.get(client)?.AWSCURRENT ?? null;
  const isAsked = (execution: string): boolean =>
    (Object(replay.state.requests.get(execution)).mode ?? 'scheduled') !== 'scheduled';
  /** A cut may be put back for another reason, before a probe has seen which client it turned away. */
  const isSeenRefused = (name: string, execution: string): boolean =>
    [...replay.state.invocations.values()].some(
      (seen) =>
        seen.execution === execution &&
        seen.probes.some(({ leaf, verdict }) => leaf === nameOf(name, leafOf(name)) && isNo(verdict)),
    );
  function cut({ at, ...change }: TrustEvent, execution: string): Finding[] {
    const again: Finding[] = [];
    for (const touched of rules.touched(change.scope)) {
      const [before, after] = [replay.trusted(touched), trustedAfter(touched, { at, ...change }, replay)];
      for (const { name, project } of scenario.clients)
        if (
          project === touched &&
          rules.accepted(leafOf(name), before, at / 1000) &&
          !rules.accepted(leafOf(name), after, at / 1000) &&
          isByOwnOnly(leafOf(name), after, at / 1000, context)
        ) {
          const wasSilent = isRevoked(name, context);
          outside.set(execution, (outside.get(execution) ?? new Map()).set(name, { wasSilent }));
          const before = putBackFor.get(name);
          if (!isAsked(execution) && before && before.leaf === leafOf(name) && before.at > askedAt)
            again.push({
              kind: 'lockout',
              at,
              what: `${name} by ${execution}, as before, for which that cut was put back`,
            });
        }
    }
    return again;
  }
  return (event): Finding[] => {
    const { at } = event;
    // With evidence `listing` nobody can see a filter, and the plan says so (F16).
    if (scenario.policy.evidence === 'listing') return [];
    if (event.what === 'invoked' && event.step === 'plan' && isAsked(event.execution)) askedAt = at;
    if (event.what === 'returned' && replay.state.invocations.get(event.invocation)?.step === 'undo')
      for (const name of outside.get(event.execution)?.keys() ?? [])
        if (isSeenRefused(name, event.execution)) putBackFor.set(name, { leaf: leafOf(name), at });
    if (event.what === 'trust' && !event.active && typeof event.by === 'object')
      return cut(event, event.by.execution);
    if (event.what !== 'ended' || event.error !== null) return [];
    const left = [...(outside.get(event.execution) ?? [])].flatMap(([name, { wasSilent }]) => {
      // A client whose key is revoked all along gets no word from any host on its leaf,
      // and silence holds no cut (I9).
      if (wasSilent && isRevoked(name, context)) return [];
      const project = scenario.clients.find((one) => one.name === name)?.project ?? '';
      const trusted = replay.trusted(project);
      const isOutside = !rules.accepted(leafOf(name), trusted, at / 1000);
      return isOutside && isByOwnOnly(leafOf(name), trusted, at / 1000, context) ? [name] : [];
    });
    return left.map((name) => ({
      kind: 'lockout',
      at,
      what: `${name} by ${event.execution}, which ended green: what was to let it in after the cut refuses it`,
    }));
  };
}
