import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Judges I8: a scope is called proven in the overlap only when some client of each successor got in by that
 * successor alone. Nobody could know what an outsider has made active there since the plan.
 */
export function judgeEvidence(
  { at, by, entry }: LoggedEvent & { what: 'recorded' },
  plansOf: ReadonlyMap<string, unknown>,
  context: JudgeContext,
): Finding[] {
  const { replay } = context;
  const { execution, event, scope, detail } = entry;
  if (event !== 'verified' || detail.evidence !== 'probe' || detail.moment !== 'overlap' || !scope) return [];
  const seen = typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
  const { waves = [] } = Object(plansOf.get(execution)) as Partial<Plan>;
  const own = new Set(
    waves.flatMap(({ scopes }) =>
      scopes.flatMap((one) => one.successions.map(({ successor }) => `${one.scope} ${successor}`)),
    ),
  );
  const snapshots = replay.state.plans.get(execution) ?? [];
  /**
   * Whether an anchor was active at planning, or by this run's own doing: the organization's
   * turn comes after its projects'.
   */
  const isKnown = (place: Scope, id: string): boolean =>
    (place !== ORGANIZATION && own.has(`${place} ${id}`)) ||
    snapshots.every(({ active }) => active.get(place)?.has(id));
  // A shard alone proves nothing about its scope.
  if (seen?.step !== 'verify' || detail.shard) return [];
  const { plan } = seen.input as { plan: ScopePlan };
  const probes = detail.shards ? probesOfShards(seen, context) : seen.probes;
  const successors = [...new Set(plan.successions.map(({ successor }) => successor))];
  const unproven = successors.filter(
    (successor) =>
      !plan.checks.some((check) => check.successor === successor && isAlone(check, scope, isKnown, context)),
  );
  const passed = successors.filter(
    (successor) =>
      !unproven.includes(successor) &&
      plan.checks
        .filter((check) => check.successor === successor)
        .every((check) => letInByAnother(check, { probes, leaf: provingLeaf(check, context) }, isKnown)),
  );
  const said = (successor: string, why: string): Finding => ({
    kind: 'unproven',
    at,
    what: `${execution} says that ${successor} is proven in ${scope}, and ${why}`,
  });
  return [
    ...unproven.map((successor) => said(successor, 'every client had another way in')),
    ...passed.map((successor) => said(successor, 'no host let anybody in by it')),
  ];
}

/**
 * Returns what the looks at all shards of a scope have shown in the overlap, for
 * an invocation that sums them up.
 */
const probesOfShards = ({ execution, scope }: InvocationRecord, { replay }: JudgeContext) =>
  [...replay.state.invocations.values()]
    .filter((one) => one.execution === execution && one.scope === scope && one.step === 'verify')
    .filter(({ input }) => ((input as { moment?: string }).moment ?? 'overlap') === 'overlap')
    .flatMap(({ probes }) => probes);

/**
 * Whether a host itself says that another anchor let the client in (F7) by the leaf that was to
 * prove the successor. That anchor was active there at planning. An old leaf that gets in by the old
 * anchor says nothing about this.
 */
const letInByAnother = (
  { client, project, successor }: Check,
  { probes, leaf }: { probes: InvocationRecord['probes']; leaf: string | null },
  isKnown: (place: Scope, id: string) => boolean,
): boolean =>
  probes
    .filter((probe) => probe.project === project && probe.leaf === `${client} ${leaf?.split('#')[0]}`)
    .some(
      ({ by = successor }) => by !== successor && [project, ORGANIZATION].some((place) => isKnown(place, by)),
    );

type Check = ScopePlan['checks'][number];

/** The leaf that proves a successor: the staged leaf, else the current one. */
function provingLeaf({ client, successor }: Check, { replay, rules }: JudgeContext): string | null {
  const { AWSPENDING = null, AWSCURRENT = null } = replay.state.leaves.get(client) ?? {};
  return [AWSPENDING, AWSCURRENT].find((one) => rules.chainOf(one).includes(successor)) ?? null;
}

/**
 * Whether a client could get in by the successor alone, as far as anybody could know: by its leaf, and
 * by what was trusted at planning.
 */
function isAlone(
  check: Check,
  scope: Scope,
  isKnown: (place: Scope, id: string) => boolean,
  context: JudgeContext,
): boolean {
  const { project, successor } = check;
  const { replay, rules } = context;
  const leaf = provingLeaf(check, context);
  const others = [project, ORGANIZATION].flatMap((place) =>
    [...replay.activeIn(place)].filter((id) => isKnown(place, id) && !(place === scope && id === successor)),
  );
  return !rules.chainOf(leaf).some((id) => others.includes(id));
}
