import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { JudgeContext } from './watch.ts';

type Share = {
  scope: string;
  successions: { retiring: string; successor: string; held?: boolean }[];
  checks: unknown[];
};
type Planned = { decision: string; waves: { scopes: Share[] }[] };

/** I13: what ends green has done what it set out to do, and has seen that it is done. */
export function judgeGreen(
  { at, execution, error }: LoggedEvent & { what: 'ended' },
  planned: unknown,
  { replay, scenario }: JudgeContext,
): Finding[] {
  const { decision, waves } = (planned ?? { decision: 'none' }) as Planned;
  if (error !== null || decision !== 'rotate') return [];
  const began = replay.state.plans.get(execution)?.[0]?.at ?? 0;
  return waves
    .flatMap(({ scopes }) => scopes)
    .filter(({ scope }) => (replay.state.outsiderAt.get(scope) ?? 0) < began)
    .flatMap(({ scope, successions: all, checks }): Finding[] => {
      const successions = all.filter(({ held }) => !held);
      if (successions.length === 0) return [];
      const active = replay.activeIn(scope);
      const undone = successions.filter(
        ({ retiring, successor }) => active.has(retiring) || !active.has(successor),
      );
      const looks = [...replay.state.invocations.values()].filter(
        (seen) => seen.execution === execution && seen.step === 'confirm' && seen.scope === scope,
      );
      const seen = looks.some(({ probes }) => probes.some(({ verdict }) => verdict === 'accepted'));
      const said = (kind: 'falseGreen' | 'unproven', what: string) => ({ kind, at, what });
      return [
        ...undone.map(({ retiring, successor }) =>
          said(
            'falseGreen',
            `${execution} ended well, and ${retiring} has not given way to ${successor} in ${scope}`,
          ),
        ),
        ...(scenario.policy.evidence === 'probe' && checks.length > 0 && !seen
          ? [said('unproven', `${execution} ended well, and nobody saw the cut in ${scope} confirmed`)]
          : []),
      ];
    });
}

/** I15: whoever has a key that an emergency named gets in nowhere by the time at which the emergency ends green. */
export function judgeAttacker(
  { at, execution, error }: LoggedEvent & { what: 'ended' },
  { replay, rules, scenario }: JudgeContext,
): Finding[] {
  const { requests, plans, outsiderAt, lease, archived, activatedAt } = replay.state;
  const { mode, anchors = [] } = Object(requests.get(execution)) as { mode?: string; anchors?: string[] };
  // One that another emergency took over from ends green, and leaves the rest to that one.
  if (error !== null || mode !== 'emergency' || lease?.holder !== execution) return [];
  const lag = 1000 * (scenario.faultRates.propagation.listings + 1);
  const looked = (plans.get(execution)?.[0]?.at ?? 0) - lag;
  // Nobody gets in by an archived project, and nobody could list it.
  const isListed = (scope: Scope): boolean => {
    const { at: since, mended } = archived.get(scope) ?? { at: 0, mended: true };
    return mended && since < looked;
  };
  return [ORGANIZATION, ...scenario.projects]
    .filter((scope) => (outsiderAt.get(scope) ?? 0) < looked && isListed(scope))
    .flatMap((scope) =>
      [...replay.activeIn(scope)]
        .filter((id) => rules.isValid(id, at / 1000) && anchors.some((named) => rules.sameKey(named, id)))
        // A late call of the run that was taken over is what the look after the emergency is for.
        .filter((id) => (activatedAt.get(`${scope} ${id}`) ?? 0) < looked)
        .map((id) => ({
          kind: 'leakedKeyAccepted' as const,
          at,
          what: `${execution} ended well, and a leaf of the leaked key still gets in by ${id} in ${scope}`,
        })),
    );
}
