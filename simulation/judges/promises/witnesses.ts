import type { Scope } from '../../../lambdas/domain/anchor.ts';
import { scopePlansOf } from '../../../lambdas/domain/manifest.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../../log/findings.ts';
import { isFailure } from '../../log/is-failure.ts';
import { hostsAnswering } from '../../organizations/hosts-answering.ts';
import type { Edges } from '../leaf.ts';
import { isVerification } from '../proofs/probes.ts';
import { looksAt } from '../shards.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { createUndoneWatch } from './left-widened.ts';
import { concerned, isFiltered, isUnwitnessed, leadsAt } from './witnessed.ts';

/**
 * Restricts the question to one scope or to some successors, and says whether the run is over. Before that,
 * the retiring anchor may still judge the leaves of a renewed key.
 */
type Within = { within?: Scope; isOver?: boolean; of?: readonly string[] };

/**
 * Judges F16 by what a plan could see. Nobody is moved to a successor that lets a witness in, and meanwhile
 * nothing is cut and no run ends well. Nothing is cut in a scope whose witness is missing. The run that has
 * activated such a successor takes it back.
 */
export function createWidenedWatch(context: JudgeContext, edges: Edges): Watch {
  const { replay, rules, scenario } = context;
  const plans = new Map<string, { plan: Plan; since: number; invocation: number }>();
  /**
   * Witnesses whose secret a plan or a look could not read: `invocation witness`. The cut waits for them, and
   * clients proven elsewhere are moved meanwhile (I17).
   */
  const unread = new Set<string>();
  const undos = createUndoneWatch(context);
  const isOurs = scenario.policy.evidence === 'probe' && (scenario.witnesses ?? []).length > 0;

  /**
   * When Verify or Confirm last began to look at a scope in an execution: it cannot have seen later changes.
   * Leaves of a renewed key lead to the retiring anchor as well, so only Confirm sees anything about them.
   */
  const lookedAt = new Map<string, { time: number; invocation: number }>();
  const isRenewed = (id: string): boolean => rules.anchor(id)?.renewed === true;
  /**
   * The successors of the run by which a witness gets in somewhere that it reaches. An
   * emergency waits for no witness.
   */
  function letIn(execution: string, now: number, { within, isOver = false, of }: Within = {}): string[] {
    const known = plans.get(execution);
    if (!known) return [];
    return scopePlansOf(known.plan).flatMap(({ scope, successions }) =>
      (within ?? scope) !== scope || (replay.state.outsiderAt.get(scope) ?? 0) >= known.since
        ? []
        : successions.flatMap(({ successor, compromised }) => {
            const by = isRenewed(successor) ? 'confirm' : 'verify';
            const { time: seenAt = now, invocation = 0 } = lookedAt.get(`${execution} ${scope} ${by}`) ?? {};
            const isUnseen = (name: string) => of !== undefined && unread.has(`${invocation} ${name}`);
            const isKeptOut = [now, seenAt].some((time) => isFiltered(successor, time, context));
            if (
              compromised ||
              isKeptOut ||
              of?.includes(successor) === false ||
              !rules.isValid(successor, now)
            )
              return [];
            if (isRenewed(successor) && !isOver) return [];
            const gets = concerned(scope, successor, context).filter(
              (one) =>
                !unread.has(`${known.invocation} ${one.name}`) &&
                !isUnseen(one.name) &&
                leadsAt(one, known.since / 1000, context).includes(successor) &&
                replay.activeIn(scope).has(successor) &&
                hostsAnswering(one.project, scenario).some((host) => edges(host, one.project).has(successor)),
            );
            return gets.map(({ name }) => `${successor} lets ${name} in, in ${scope}`);
          }),
    );
  }
  const found = (at: number, what: string): Finding => ({ kind: 'widened', at, what });

  function cut({ at, by, scope, anchorIds }: TrustEvent): Finding[] {
    const execution = typeof by === 'object' ? by.execution : '';
    const seen = typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
    const known = plans.get(execution);
    if (seen?.step !== 'deactivate' || !known) return [];
    const pairs = scopePlansOf(known.plan)
      .filter((one) => one.scope === scope)
      .flatMap(({ successions }) => successions.filter(({ retiring }) => anchorIds.includes(retiring)));
    const unseen = pairs.filter(
      ({ compromised, ...pair }) =>
        !compromised &&
        isUnwitnessed(
          { scope, ...pair },
          known.since / 1000,
          { plan: known.plan, activeIn: replay.activeIn },
          context,
        ),
    );
    return [
      ...unseen.map(({ retiring }) =>
        found(at, `${execution} cut ${retiring} in ${scope} without its witness`),
      ),
      // Another scope's witness holds up that scope alone (I17).
      ...letIn(execution, at / 1000, { within: scope }).map((what) =>
        found(at, `${execution} cut ${anchorIds.join(' ')}, and ${what}`),
      ),
    ];
  }

  return (event) => {
    if (!isOurs) return [];
    const { at } = event;
    const seen = 'invocation' in event ? replay.state.invocations.get(event.invocation) : undefined;
    const isLook = event.what === 'invoked' && (isVerification(event) || event.step === 'confirm');
    if (
      isLook &&
      (scenario.witnesses ?? []).some(({ name }) => looksAt(name, { ...event, probes: [], read: new Set() }))
    )
      lookedAt.set(`${event.execution} ${Object(event.input).plan?.scope} ${event.step}`, {
        time: at / 1000,
        invocation: event.invocation,
      });
    if (event.what === 'returned' && event.heard && seen?.step === 'plan')
      plans.set(event.execution, {
        plan: event.result as Plan,
        since: seen.at,
        invocation: event.invocation,
      });
    if (event.what === 'fault' && event.call?.op === 'secret' && isFailure(event.fault))
      for (const { name } of scenario.witnesses ?? [])
        if (event.call.about?.split(' ').includes(name)) unread.add(`${event.invocation} ${name}`);
    undos.note(event);
    if (event.what === 'leaf' && typeof event.by === 'object' && event.stage === 'AWSCURRENT') {
      const { execution, invocation } = event.by;
      const step = replay.state.invocations.get(invocation)?.step;
      return step === 'restore'
        ? []
        : // A client that moves to another authority's anchor lets nobody in by this one (I17).
          letIn(execution, at / 1000, { of: rules.issuersOf(event.to) }).map((what) =>
            found(at, `${event.client} was moved, and ${what}`),
          );
    }
    if (event.what === 'trust' && !event.active) return cut(event);
    if (event.what !== 'ended') return [];
    const isGreen = event.error === null && plans.get(event.execution)?.plan.decision === 'rotate';
    const isTakenOver = replay.state.lease?.holder !== event.execution;
    const { plan } = plans.get(event.execution) ?? {};
    const inWaves = plan?.atOnce === false ? scopePlansOf(plan).map(({ scope }) => scope) : [];
    return [
      ...(isGreen && !isTakenOver
        ? letIn(event.execution, at / 1000, { isOver: true }).map((what) =>
            found(at, `${event.execution} ended well, and ${what}`),
          )
        : []),
      ...undos.found(event, inWaves),
    ];
  };
}
