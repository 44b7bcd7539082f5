import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { nameOf } from '../proofs/probes.ts';
import { createShardsSeen, isSum, NO_SHARD, shardOf } from '../shards.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { trustedAfter } from './scopes.ts';

type Input = { plan: ScopePlan; moment?: string };
type OurChange = TrustEvent & { by: { execution: string } };

/**
 * Watches I1 and I10: a look that ends well after a toggle while a client is outside has looked too
 * soon. It looked at hosts that went by what was active before. A filter that nobody can read turns a
 * client away once the host has heard of an activation or a cut (F7, F16). That is no lockout of ours as
 * long as a look sees it, by the run that made the toggle or by one that takes it up (I11). An emergency
 * does not wait for a leaf that gets in.
 */
export function createSeenTooSoonWatch({ replay, rules, scenario }: JudgeContext): Watch {
  /** The change that last turned a client away in a scope: `scope client`. */
  const turnedAway = new Map<string, OurChange>();
  const seenByAll = createShardsSeen();
  /** What all shards of a scope have seen, until an invocation has summed that up. */
  const untilSummed = new Map<string, InvocationRecord>();
  const leafOf = (client: string) => replay.state.leaves.get(client)?.AWSCURRENT ?? null;

  function toggled(change: OurChange): void {
    const { at, scope } = change;
    for (const touched of rules.touched(scope)) {
      const [before, after] = [replay.trusted(touched), trustedAfter(touched, change, replay)];
      const isIn = (client: string, trusted: ReadonlySet<string>) =>
        rules.accepted(leafOf(client), trusted, at / 1000);
      for (const { name, project } of scenario.clients)
        if (project === touched && isIn(name, before) && !isIn(name, after))
          turnedAway.set(`${scope} ${name}`, change);
    }
  }

  /**
   * The clients that a look has to have looked at. Other judges see to clients that may be left
   * behind or were not asked about.
   */
  function lookedAt({ step, input, probes }: InvocationRecord): string[] {
    const { plan, moment = 'overlap' } = input as Input;
    const isCut = step === 'confirm';
    if ((!isCut && moment !== 'overlap') || plan.successions.some(({ compromised }) => compromised))
      return [];
    const running = (plan.runningLeaves ?? []).filter(({ reliesOn }) => (reliesOn !== undefined) === isCut);
    const own = plan.checks.filter(({ excused, beside }) => !excused && !beside);
    // A leaf of a key that two anchors share is one leaf under two names.
    const namesOf = (client: string) =>
      [leafOf(client), ...rules.leadingTo(leafOf(client))].map((version) => nameOf(client, version));
    const isAsked = (client: string) =>
      probes.some(({ leaf, verdict }) => verdict === 'accepted' && namesOf(client).includes(leaf));
    return [...own, ...running].map(({ client }) => client).filter(isAsked);
  }

  /** Returns what has been seen by the end of a look at a whole scope; null before that. */
  function seenBy(one: InvocationRecord): InvocationRecord | null {
    const visit = `${one.execution} ${one.scope} ${one.step}`;
    const seen = seenByAll(one);
    if (seen && shardOf(one.input) !== NO_SHARD) untilSummed.set(visit, seen);
    if (shardOf(one.input) !== NO_SHARD) return null;
    return seen ?? (isSum(one.input as object) ? (untilSummed.get(visit) ?? null) : null);
  }

  return (event: LoggedEvent): Finding[] => {
    if (scenario.policy.evidence !== 'probe') return [];
    if (event.what === 'trust' && typeof event.by === 'object') toggled(event as OurChange);
    const one = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    const seen = one && (one.step === 'verify' || one.step === 'confirm') ? seenBy(one) : null;
    // The step looks once more minutes later.
    const { settleSeconds = 0, anyHalted = false } = Object(Object(event).result);
    if (!seen || settleSeconds > 0 || anyHalted) return [];
    const { scope } = seen;
    return lookedAt(seen).flatMap((client): Finding[] => {
      const { project = '' } = scenario.clients.find(({ name }) => name === client) ?? {};
      const change = turnedAway.get(`${scope} ${client}`);
      if (!change || !isAbout(seen, change)) return [];
      const isTouched = [client, project, ORGANIZATION].some(
        (what) => (replay.state.outsiderAt.get(what) ?? 0) >= change.at,
      );
      const isOutside = !rules.accepted(leafOf(client), replay.trusted(project), event.at / 1000);
      if (isTouched || !isOutside) return [];
      return [
        {
          kind: 'lockout',
          at: event.at,
          what: `${client} is outside since ${change.by.execution} changed what is trusted in ${scope}, and ${seen.state} of ${seen.execution} ended well`,
        },
      ];
    });
  };
}

/**
 * Whether a look comes after this very toggle: in the run that made it, or in one that has the same to
 * activate or to cut there (I11).
 */
function isAbout(
  { step, execution, input }: InvocationRecord,
  { by, active, anchorIds }: OurChange,
): boolean {
  if (by.execution === execution) return true;
  const { successions } = (input as Input).plan;
  if (step === 'confirm')
    return !active && successions.some(({ retiring, held }) => !held && anchorIds.includes(retiring));
  return active && successions.some(({ successor }) => anchorIds.includes(successor));
}
