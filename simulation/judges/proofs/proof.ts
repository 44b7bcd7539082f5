import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { mayBelong, wasOver } from '../promises/lack.ts';
import { isUntold } from '../trust/misplaced.ts';
import { successorsOf } from '../trust/successors-of.ts';
import { isUnheardOf } from '../trust/unheard-of.ts';
import type { JudgeContext, TrustEvent } from '../watch.ts';
import { leadingTo } from './leading.ts';
import { doorsOf, isNo, isTurnedAway, looksOf, nameOf, proven } from './probes.ts';

/**
 * Judges I1 and I8 before a cut: every client on a successor got in with its leaf,
 * beside a control that did not.
 */
export function judgeProof(
  change: TrustEvent,
  seen: InvocationRecord | undefined,
  context: JudgeContext,
): Finding[] {
  const { rules, replay, scenario } = context;
  const { at, scope, by, anchorIds } = change;
  if (scenario.policy.evidence !== 'probe') return [];
  const execution = typeof by === 'object' ? by.execution : '';
  const plans = replay.state.plans.get(execution) ?? [];
  const planned = plans[0]?.at ?? 0;
  const looks = looksOf(execution, context).filter(
    (look) => look.scope === scope && Object(look.input).moment === 'beforeCut',
  );
  // A successor that somebody deleted during planning lets nobody in, and no client relied on it.
  const standing = replay.activeIn(scope);
  const successors = anchorIds
    .flatMap((id) => successorsOf(id, change, seen, context))
    .filter((id) => standing.has(id));
  // Where rule 2 leaves several choices, the cut may rest on whichever was proven whole.
  const byChoice = successors.map((successor) => leadingTo(successor, change, { plans, looks }, context));
  // A cut that goes by the listing may rest on a successor that nobody runs on yet.
  const { mayLeave, byListing } = allowancesSoFar(context);
  const isEnough = byListing(scope, anchorIds);
  const goesByListing = scenario.policy.listingScopes.includes(scope) || isEnough;
  // A client whose leaf had expired has nothing to lose, where another client proves the scope (I17).
  const isEnded = (name: string): boolean => wasOver(name, plans.at(-1)?.at ?? 0, context);
  const isOutlived = (name: string): boolean =>
    isEnded(name) &&
    anchorIds.every((id) => replay.state.compromised.has(id)) &&
    byChoice.some((leading) => leading.some((one) => !isEnded(one.name) && !mayLeave(one.name, anchorIds)));
  const isSpent = anchorIds.every((id) => !rules.isValid(id, planned / 1000));
  // Excuses a client that no host refused, where the listing is enough or its leaf had expired. Whether a
  // host really said nothing is judged with the looks (I6).
  const isSilent = ({ name, leaf }: { name: string; leaf: string }): boolean =>
    (isEnough || isOutlived(name)) &&
    !looks.some(({ probes }) =>
      probes.some(
        (probe) => probe.leaf === leaf && doorsOf(name, scenario).includes(probe.host) && isNo(probe.verdict),
      ),
    );
  // The leaves to which a project's own cut has left its clients were proven when that cut was confirmed.
  const confirmedIn = (project: Scope) =>
    [...replay.state.invocations.values()].filter(
      (look) => look.execution === execution && look.step === 'confirm' && look.scope === project,
    );
  const isProven = (one: Parameters<typeof proven>[1] & { name: string }): boolean => {
    const all = [...looks, ...confirmedIn(one.project)];
    return doorsOf(one.name, scenario).every((host) => proven(all, one, host));
  };
  const isUnread = (name: string): boolean =>
    replay.state.unread.has(`${execution} ${name}`) ||
    (plans.length > 0 && plans.every(({ leaves }) => !leaves.has(name)));
  const isOfAnother = (name: string): boolean => !anchorIds.some((id) => mayBelong(name, id, context));
  // A client that proved a choice may have been moved away by an outsider since, or may be
  // about to prove another successor.
  const wasProven = (successor: string): boolean =>
    rules.reaching(scope).some(({ name, project }) => {
      const { at: movedAt = 0, from = null, ours } = replay.state.movedAt.get(name) ?? {};
      const before = movedAt > planned && !ours ? from : null;
      const held = [before, replay.state.leaves.get(name)?.AWSCURRENT ?? null];
      return held.some(
        (leaf) =>
          rules.chainOf(leaf).includes(successor) && isProven({ name, project, leaf: nameOf(name, leaf) }),
      );
    });
  const unproven = byChoice
    .filter((leading, i) => goesByListing || leading.length > 0 || wasProven(successors[i] ?? ''))
    .map((leading) => {
      const clients = leading.filter((one) => one.isAsked);
      // Where this leaves no client, nobody can tell whether the cut rests on this choice.
      const ours = clients.filter((one) => !one.isOthers);
      const staying = ours.filter(({ name }) => !mayLeave(name, anchorIds));
      // A client whose secret somebody has changed since has still proven the scope, where a probe saw that.
      const isShownByOthers = clients.some(
        (one) => one.isOthers && !mayLeave(one.name, anchorIds) && isProven(one),
      );
      const demanded = goesByListing || staying.length > 0 || isShownByOthers ? staying : ours;
      // A leaf that ends soon proves nothing (I19). Its client need not get in, as long as
      // another leaf proves the scope.
      const isElseProven =
        demanded.some((one) => one.isLasting) ||
        leading.some((one) => one.isLasting && !one.isAsked) ||
        clients.some((one) => one.isLasting && one.isOthers && isProven(one));
      return goesByListing || isElseProven ? demanded.filter((one) => one.isLasting) : demanded;
    })
    // A client whose secret the plan could not read is not demanded in two cases, if another
    // client proves the scope. It may be left behind (I6), or it loses nothing and is known to
    // have been of another authority (I17).
    .map((clients) =>
      clients.some(isProven)
        ? clients.filter(
            ({ name, isLosing }) =>
              !isUnread(name) || !(mayLeave(name, anchorIds) || (!isLosing && isOfAnother(name))),
          )
        : clients,
    )
    // A client that nothing let in at planning is not demanded where another client proves the scope (I17). No
    // client is, where the anchors that are cut let nobody in by then.
    .map((clients) => (clients.some(isProven) ? clients.filter((one) => !one.isOut && !isSpent) : clients))
    .map((clients) => clients.filter((one) => !isProven(one) && !isSilent(one)))
    .map((clients) =>
      clients.filter(({ name }) => !wasOutside(name, scope, context) && !isUnheardOf(name, change, context)),
    )
    // Where hosts do not say so, nobody can know that a key is of another project (F10).
    .map((clients) =>
      clients.filter(({ name }) =>
        scenario.clients.every((client) => client.name !== name || !isUntold(client, change, context)),
      ),
    );
  const [least = []] = unproven.toSorted((one, other) => one.length - other.length);
  return least.map(({ leaf }) => ({
    kind: 'unproven',
    at,
    what: `${anchorIds.join(' ')} was cut in ${scope} before ${leaf} was proven there`,
  }));
}

/**
 * Whether a client was seen outside before an activation in a scope. Nothing that is done
 * afterwards takes a way in from it (I17).
 */
const wasOutside = (client: string, scope: Scope, context: JudgeContext): boolean =>
  [...context.replay.state.invocations.values()].some(
    (seen) =>
      seen.scope === scope &&
      Object(seen.input).moment === 'beforehand' &&
      isTurnedAway(client, seen, context),
  );
