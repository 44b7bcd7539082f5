import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import { allowancesSoFar } from './emergencies/allowances.ts';
import type { JudgeContext } from './watch.ts';

type Share = {
  scope: string;
  successions: { retiring: string; successor: string; held?: boolean }[];
  checks: { client: string; successor: string }[];
  ownListing?: boolean;
};
type Planned = { decision: string; waves: { scopes: Share[] }[] };

/** Whether the retiring anchor has given way to its successor. */
const isDone = (
  { retiring, successor }: Share['successions'][number],
  active?: ReadonlySet<string>,
): boolean => active !== undefined && !active.has(retiring) && active.has(successor);

/** Judges I13: a run that ends green has done what it planned, and has seen that it is done. */
export function judgeGreen(
  { at, execution, error }: LoggedEvent & { what: 'ended' },
  planned: unknown,
  context: JudgeContext,
): Finding[] {
  const { replay, scenario } = context;
  const { mayLeave, byListing } = allowancesSoFar(context);
  const { decision, waves } = (planned ?? { decision: 'none' }) as Planned;
  if (error !== null || decision !== 'rotate') return [];
  const looks = replay.state.plans.get(execution) ?? [];
  const began = looks[0]?.at ?? 0;
  return [
    ...emptied(waves, { at, execution }, context),
    ...waves
      .flatMap(({ scopes }) => scopes)
      .filter(({ scope }) => (replay.state.outsiderAt.get(scope) ?? 0) < began)
      .flatMap(({ scope, successions: all, checks, ownListing }): Finding[] => {
        const successions = all.filter(({ held }) => !held);
        if (successions.length === 0) return [];
        const active = replay.activeIn(scope);
        const retiring = successions.map((one) => one.retiring);
        const own = [...replay.state.invocations.values()].filter(
          (seen) => seen.execution === execution && seen.scope === scope,
        );
        // A project that nobody could list at planning is planned on condition that there is something to cut
        // (I4). A call of another run may make an anchor active there after this run has looked.
        const lookedAt = Math.max(
          ...own.flatMap(({ step, listed }) => (step === 'activate' ? (listed.get(scope) ?? []) : [])),
        );
        const isLate = (id: string) => (replay.state.activatedAt.get(`${scope} ${id}`) ?? 0) > lookedAt;
        // Another run may have cut an anchor and confirmed it after this run began to plan. By the time of
        // this run's own look there was nothing left to cut.
        const isOthers = (id: string): boolean => {
          const key = `${scope} ${id}`;
          const cutAt = replay.state.lastCutAt.get(key) ?? 0;
          const isConfirmed = !active.has(id) && !replay.state.cuts.has(key);
          return (
            isConfirmed && began < cutAt && cutAt < lookedAt && !own.some(({ step }) => step === 'deactivate')
          );
        };
        const isAnyIn = (there?: ReadonlySet<string>) =>
          retiring.some((id) => there?.has(id) && !isOthers(id));
        const isAnyNow = retiring.some((id) => active.has(id) && !isLate(id));
        if (ownListing && !isAnyNow && !looks.some((look) => isAnyIn(look.active.get(scope)))) return [];
        // A client that may be left behind has to prove nothing. Where the listing is
        // enough, no client has to (I6).
        const isDemanded = ({ client }: Share['checks'][number]): boolean =>
          !byListing(scope, retiring) && !mayLeave(client, retiring);
        // Another run that has the lease by now may have undone what this run did, as an emergency does for a
        // successor that has leaked since. Release may return long after it has freed the lease.
        const isAnothers = replay.state.lease?.holder !== execution;
        const left = isAnothers ? replay.state.activeAtEnd.get(execution)?.get(scope) : undefined;
        const undone = successions.filter((one) => !isDone(one, active) && !isDone(one, left));
        const seen = own.some(
          ({ step, probes }) => step === 'confirm' && probes.some(({ verdict }) => verdict === 'accepted'),
        );
        const said = (kind: 'falseGreen' | 'unproven', what: string) => ({ kind, at, what });
        return [
          ...undone.map(({ retiring, successor }) =>
            said(
              'falseGreen',
              `${execution} ended well, and ${retiring} has not given way to ${successor} in ${scope}`,
            ),
          ),
          ...(scenario.policy.evidence === 'probe' && checks.some(isDemanded) && !seen
            ? [said('unproven', `${execution} ended well, and nobody saw the cut in ${scope} confirmed`)]
            : []),
        ];
      }),
  ];
}

/**
 * The findings for scopes where somebody deactivated both the retiring anchor and its successor
 * before the run listed them for its cut. The moved clients are then outside, or nobody is
 * asked for a certificate there.
 */
function emptied(
  waves: Planned['waves'],
  { at, execution }: { at: number; execution: string },
  { replay, scenario }: JudgeContext,
): Finding[] {
  const { invocations, outsiderAt, lease } = replay.state;
  const lag = 1000 * (scenario.faultRates.propagation.listings + 1);
  const cuts = [...invocations.values()].filter(
    (seen) => seen.execution === execution && seen.step === 'deactivate',
  );
  if (lease?.holder !== execution) return [];
  return waves
    .flatMap(({ scopes }) => scopes)
    .flatMap(({ scope, successions }): Finding[] => {
      const listedAt = Math.min(
        ...cuts.flatMap((seen) => (seen.scope === scope ? (seen.listed.get(scope) ?? []) : [])),
      );
      const active = replay.activeIn(scope);
      const gone = successions.filter(
        (one) => !one.held && !active.has(one.retiring) && !active.has(one.successor),
      );
      if (gone.length === 0 || !((outsiderAt.get(scope) ?? at) + lag < listedAt) || listedAt > at) return [];
      const what = `${execution} ended well, though ${gone[0]?.successor} was active in ${scope} no more, nor was ${gone[0]?.retiring}`;
      return [{ kind: 'falseGreen', at, what }];
    });
}
