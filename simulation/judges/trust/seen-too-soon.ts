import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { nameOf } from '../proof.ts';
import { createShardsSeen } from '../shards.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { trustedAfter } from './scopes.ts';

type Input = { plan: ScopePlan; moment?: string };

/**
 * A filter that nobody can read turns a client away once the host has heard of an activation, or of a cut (F7, F16): that is no lockout of ours as long as
 * somebody sees it. A look after the toggle that ends well with the client outside has looked too soon, at hosts that went by what was active before (I1, I10).
 * An emergency waits for no leaf that gets in.
 */
export function createSeenTooSoonWatch({ replay, rules, scenario }: JudgeContext): Watch {
  /** Whom each execution has turned away in a scope, and when: `execution scope client`. */
  const turnedAway = new Map<string, number>();
  const seenByAll = createShardsSeen();
  const leafOf = (client: string) => replay.state.leaves.get(client)?.AWSCURRENT ?? null;

  function toggled(change: TrustEvent & { by: { execution: string } }): void {
    const { at, by, scope } = change;
    for (const touched of rules.touched(scope)) {
      const [before, after] = [replay.trusted(touched), trustedAfter(touched, change, replay)];
      const isIn = (client: string, trusted: ReadonlySet<string>) =>
        rules.accepted(leafOf(client), trusted, at / 1000);
      for (const { name, project } of scenario.clients)
        if (project === touched && isIn(name, before) && !isIn(name, after))
          turnedAway.set(`${by.execution} ${scope} ${name}`, at);
    }
  }

  /** Clients that a look has to have looked at: who may be left behind, or was not asked about, is another judge's. */
  function lookedAt({ step, input, probes }: InvocationRecord): string[] {
    const { plan, moment = 'overlap' } = input as Input;
    const isCut = step === 'confirm';
    if ((!isCut && moment !== 'overlap') || plan.successions.some(({ compromised }) => compromised))
      return [];
    const running = (plan.runningLeaves ?? []).filter(({ reliesOn }) => (reliesOn !== undefined) === isCut);
    const own = plan.checks.filter(({ excused, beside }) => !excused && !beside);
    // A leaf of a key that two anchors have is one leaf under two names.
    const namesOf = (client: string) =>
      [leafOf(client), ...rules.leadingTo(leafOf(client))].map((version) => nameOf(client, version));
    const isAsked = (client: string) =>
      probes.some(({ leaf, verdict }) => verdict === 'accepted' && namesOf(client).includes(leaf));
    return [...own, ...running].map(({ client }) => client).filter(isAsked);
  }

  return (event: LoggedEvent): Finding[] => {
    if (scenario.policy.evidence !== 'probe') return [];
    if (event.what === 'trust' && typeof event.by === 'object')
      toggled(event as TrustEvent & { by: { execution: string } });
    const one = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    const seen = one && (one.step === 'verify' || one.step === 'confirm') ? seenByAll(one) : null;
    // Minutes later it looks once more.
    if (!seen || Object(Object(event).result).settleSeconds > 0) return [];
    const { scope } = seen;
    return lookedAt(seen).flatMap((client): Finding[] => {
      const { project = '' } = scenario.clients.find(({ name }) => name === client) ?? {};
      const since = turnedAway.get(`${seen.execution} ${scope} ${client}`);
      const isTouched = [client, project, ORGANIZATION].some(
        (what) => (replay.state.outsiderAt.get(what) ?? 0) >= (since ?? 0),
      );
      const isOutside = !rules.accepted(leafOf(client), replay.trusted(project), event.at / 1000);
      if (since === undefined || isTouched || !isOutside) return [];
      return [
        {
          kind: 'lockout',
          at: event.at,
          what: `${client} is outside since ${seen.execution} changed what is trusted in ${scope}, and ${seen.state} ended well`,
        },
      ];
    });
  };
}
