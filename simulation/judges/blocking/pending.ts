import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { onceForText } from '../../../lambdas/domain/once.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { mayBeLeaving } from '../emergencies/leaving.ts';
import { holdsUp, isReady, LATE_HOSTS, waitsForHold } from '../promises/lack.ts';
import { isUnplacedWitness } from '../promises/witnessed.ts';
import { bestSuccessor, isBegunOtherwise, isRevoked } from '../succeeding.ts';
import { hangsFrom, mayShutOut } from '../trust/own-way-in.ts';
import { isCompromised, type JudgeContext } from '../watch.ts';

const DAY = 86_400;

/**
 * Returns the successions that were due by `dueBy` (Unix seconds) and that nothing lawful blocks at `at`. A
 * succession is `freed` where a run of ours, after `freedAfter`, moved a client that held it up. It is
 * `refused` where a filter that somebody else made active keeps out every client that could prove it (F16).
 * Of several anchors with one key a host may choose that one (F7).
 */
export function pendingIn(
  context: JudgeContext,
  at: number,
  { dueBy, freedAfter, by, only }: { dueBy: number; freedAfter: number; by?: string; only?: 'compromised' },
) {
  const { scenario, replay, rules } = context;
  const { policy, projects } = scenario;
  const { compromised, leaves, movedAt } = replay.state;
  /**
   * Groups of cuts that a silent client stops. A scope is one visit of a run, which goes as a whole: for the
   * compromised anchors there, or for the others.
   */
  const silenced = new Set<string>();
  // The successor is the same in every scope, and choosing it reads every client.
  const successorOf = onceForText((retiring) => bestSuccessor(retiring, at, context));
  const pending = [ORGANIZATION, ...projects].flatMap((scope) =>
    [...replay.activeIn(scope)].flatMap((retiring) => {
      if (only === 'compromised' && !isCompromised(context, retiring)) return [];
      if (rules.held(retiring, at) || !(rules.isDue(retiring, dueBy) || compromised.has(retiring))) return [];
      const successor = successorOf(retiring);
      const admin = replay.state.admin?.leaf ?? null;
      const look = { at: 1000 * at, admin, active: replay.state.active };
      const goes = (id: string) => rules.isDue(id, dueBy) || compromised.has(id);
      // Only a person moves the admin credential (F10).
      const cut = { scope, retiring, successor: successor ?? '' };
      if (hangsFrom(cut, look, goes, context) || mayShutOut(cut, look, context)) return [];
      if (
        !successor ||
        mayBeLeaving(scope, successor, at, context) ||
        (!compromised.has(retiring) && waitsForHold(retiring, at, { has: replay.exists }, context)) ||
        (!compromised.has(retiring) &&
          policy.evidence === 'probe' &&
          isUnplacedWitness({ scope, retiring }, { at, exists: replay.exists }, context))
      )
        return [];
      // A leaf that ends before a soak from now would be over cannot be relied on. A
      // compromised anchor has no soak.
      const soak = compromised.has(retiring) ? 0 : policy.soak;
      const until = at + soak + policy.safetyMargin + rules.TOLERANCE;
      // A sweep that has seen it end comes within a day, and soaks.
      const lasting = { until, overBy: at - soak - 2 * DAY };
      // A client without a new leaf holds up only the cuts that would lock it out, or that might where
      // nobody can place its leaf (rule 3).
      const { mayLeave, byListing: isEnough } = allowancesSoFar(context, {
        at: 1_000 * at,
        ...(by !== undefined && { execution: by }),
      });
      const concerned = rules.reaching(scope);
      // A client that a person has decided to lock out holds up nothing (I6).
      const remaining = concerned.filter(({ name }) => !mayLeave(name, [retiring]));
      const blocked =
        remaining.some(({ name }) => holdsUp(name, { retiring, successor, at }, lasting, context)) ||
        // Nobody can move these clients, whatever is staged.
        rules
          .strays(scope, compromised.has(retiring))
          .filter(({ name }) => !mayLeave(name, [retiring]))
          .some(({ name }) => holdsUp(name, { retiring, successor: 'none', at }, lasting, context));
      // A client ran on the retiring anchor, or may have where nobody could place its leaf. Only a move of
      // ours to another anchor has freed the cut: late, by that move's own schedule.
      const freed = concerned.some(({ name }) => {
        const { at: since = 0, from = null, ours } = movedAt.get(name) ?? {};
        const isAway = !rules.chainOf(leaves.get(name)?.AWSCURRENT ?? null).includes(successor);
        const issuers = rules.issuersOf(from);
        const mayHaveBeen = issuers.includes(retiring) || (from !== null && issuers.length === 0);
        return ours && isAway && since / 1000 > freedAfter && mayHaveBeen;
      });
      const byListing =
        policy.evidence === 'listing' || policy.listingScopes.includes(scope) || isEnough(scope, [retiring]);
      const proving = concerned.filter(({ name }) => isReady(name, successor, lasting, context));
      const demanded = proving.filter(({ name }) => !mayLeave(name, [retiring]));
      // Where another client proves a compromised anchor's successor, nobody waits for a
      // client whose leaf has expired (I17).
      const isOver = ({ name }: ScenarioClient): boolean =>
        rules.endOf(leaves.get(name)?.AWSCURRENT ?? null) + LATE_HOSTS < lasting.overBy;
      const living = demanded.filter((one) => !isOver(one));
      const awaited = compromised.has(retiring) && living.length > 0 ? living : demanded;
      const isSilenced =
        policy.evidence === 'probe' &&
        !isEnough(scope, [retiring]) &&
        (byListing || demanded.length > 0 ? awaited : proving).some(({ name }) => isRevoked(name, context));
      const group = `${scope} ${isCompromised(context, retiring)}`;
      // A client that is ready is looked at even where this cut is not made.
      if (isSilenced) silenced.add(group);
      if (blocked) return [];
      const isRefused = ({ name, project }: ScenarioClient): boolean => {
        // The successor comes last: an anchor with the same key may be asked before it.
        const others = [project, ORGANIZATION].flatMap((place) => [...replay.activeIn(place)]);
        const trusted = new Set([...others.filter((id) => id !== successor), successor]);
        const { AWSPENDING = null, AWSCURRENT = null } = leaves.get(name) ?? {};
        return ![AWSPENDING, AWSCURRENT].some(
          (leaf) => rules.chainOf(leaf).includes(successor) && rules.accepted(leaf, trusted, at),
        );
      };
      // A scope is proven when every client that can prove it gets in.
      const refused = !byListing && proving.some(isRefused);
      const provable =
        (byListing || proving.length > 0) && !isBegunOtherwise({ retiring, successor, scope }, context);
      return [{ retiring, successor, scope, provable, freed, refused, group }];
    }),
  );
  return pending.map(({ group, ...one }) => ({
    ...one,
    provable: one.provable && !silenced.has(group),
  }));
}
