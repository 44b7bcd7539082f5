import type { InvocationRecord, Snapshot } from '../../log/invocation-record.ts';
import { wasShut } from '../promises/lack.ts';
import type { JudgeContext, TrustEvent } from '../watch.ts';
import { nameOf } from './probes.ts';

/** The clients that reach a scope on a leaf of a cut's successor, and what each has to prove of it. */
export function leadingTo(
  successor: string,
  { at, scope, anchorIds }: TrustEvent,
  { plans, looks }: { plans: readonly Snapshot[]; looks: readonly InvocationRecord[] },
  context: JudgeContext,
) {
  const { rules, replay, scenario } = context;
  const { soak, safetyMargin } = scenario.policy;
  const planned = plans[0]?.at ?? 0;
  return rules.reaching(scope).flatMap(({ name, project }) => {
    const { AWSCURRENT: current = null, AWSPENDING: staged = null } = replay.state.leaves.get(name) ?? {};
    if (!rules.chainOf(current).includes(successor)) return [];
    // This cut takes nothing from the client, and a leaf of another anchor waits for it. That client is
    // about to prove the waiting leaf, unless it was probed with the running one.
    const isLosing = anchorIds.some((id) => rules.chainOf(current).includes(id));
    const isShown = looks.some(({ probes }) => probes.some(({ leaf }) => leaf === nameOf(name, current)));
    if (staged && !isLosing && !isShown && !rules.chainOf(staged).includes(successor)) return [];
    // Where another anchor decides about the leaf, the client proves nothing of this successor and is that
    // anchor's affair (F7). The listing is the evidence then (I8).
    const isAsked = rules.askedAbout(current, replay.trusted(project)).includes(successor);
    // A client that an outsider has moved since is the outsider's affair.
    const isArchived = plans.some(({ archived }) => archived.has(project));
    const moved = (replay.state.outsiderAt.get(name) ?? 0) > planned;
    // The leaf lets the client in only as long as its anchor is valid, which may end before the leaf (I19).
    const end = Math.min(
      rules.endOf(current),
      rules.anchor(successor)?.expiresAt ?? Number.POSITIVE_INFINITY,
    );
    // A leaf that had ended at planning lets nobody in and proves nothing.
    if (end <= planned / 1000) return [];
    // The leaf has to outlive the planned soak and safety margin.
    const isLasting = end > (plans.at(-1)?.at ?? at) / 1000 + soak + safetyMargin + rules.TOLERANCE;
    // A leaf of a key that two anchors share is one leaf under two names.
    const also = rules
      .issuersOf(current)
      .flatMap((id) => [nameOf(name, id), nameOf(name, from(current, id))]);
    const isOthers = moved || isArchived;
    // The only anchor that decided about the leaf had expired by then, and this run has cut it
    // since: the client loses nothing.
    const isOut = !isLosing && !isShown && wasShut({ leaf: current, project }, successor, plans, context);
    return [
      { name, project, leaf: nameOf(name, current), also, isLasting, isOthers, isAsked, isOut, isLosing },
    ];
  });
}

/**
 * The same version under the name of another anchor's leaf, such as an anchor that is uploaded a second time.
 */
const from = (version: string | null, anchorId: string): string | null =>
  version?.replace(/^[^~#]+/, anchorId) ?? null;
