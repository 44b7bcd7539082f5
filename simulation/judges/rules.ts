import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient } from '../organizations/scenario.ts';
import { chainsTo } from '../organizations/scenario-leaves.ts';

/** Clocks are off and calls take their time: rules about instants are held to a quarter of an hour. */
const TOLERANCE = 900;

/** What is on hold from a time on, in Unix seconds. */
export type Hold = { at: number; hold: readonly string[] };

type Replacing = {
  by?: 'some' | 'every';
  since?: number;
  isCut?: boolean;
  /** The retiring anchor is compromised. */
  isUrgent?: boolean;
  asStopgap?: boolean;
};

/** When anchors are valid (Unix seconds), and whom a change touches. */
export function createScopeRules(about: {
  anchors: readonly { id: string; validAt?: number | undefined; expiresAt: number }[];
  projects: readonly string[];
}) {
  const byId = new Map(about.anchors.map((anchor) => [anchor.id, anchor]));
  return {
    /** An anchor that nobody described is never valid. */
    isValid(id: string, at: number): boolean {
      const anchor = byId.get(id);
      return anchor !== undefined && (anchor.validAt ?? 0) <= at && at < anchor.expiresAt;
    },
    /** The scopes whose clients feel a change in one (F7). */
    touched: (scope: Scope): readonly Scope[] =>
      scope === ORGANIZATION ? [ORGANIZATION, ...about.projects] : [scope],
  };
}

export type ScopeRules = ReturnType<typeof createScopeRules>;

/** What DESIGN allows in one scenario, worked out without the domain's own code. Times are Unix seconds. */
export function createRules({ anchors, clients, policy, projects }: Scenario, holds: readonly Hold[] = []) {
  const byId = new Map(anchors.map((anchor) => [anchor.id, anchor]));
  const scopes = createScopeRules({ anchors, projects });
  const { isValid } = scopes;
  const lead = policy.leadTime;
  const authorityOf = ({ name }: ScenarioAnchor): string | null => name?.split('@')[0] ?? null;
  const held = (id: string, at: number): boolean =>
    (holds.findLast((one) => one.at <= at)?.hold ?? policy.hold).includes(id);

  const isDue = (id: string, at: number): boolean => (byId.get(id)?.expiresAt ?? Infinity) - lead <= at;
  /**
   * Whether one anchor may take the place of another (rules 1 and 2), by a plan made at about `at` under the policy of
   * `since`; `by` every clock, or only by some. What is cut already may be finished though it is on hold by now.
   */
  const mayReplace = (
    retiring: string,
    successor: string,
    at: number,
    { by = 'some', since = at, isCut = false, isUrgent = false, asStopgap = false }: Replacing = {},
  ): boolean => {
    const slack = by === 'some' ? TOLERANCE : -TOLERANCE;
    const [old, next] = [byId.get(retiring), byId.get(successor)];
    if (!old || !next || old === next) return false;
    if ((!isCut && held(retiring, since)) || held(successor, since)) return false;
    const named = policy.successions[retiring];
    const related = named
      ? named === successor
      : authorityOf(old) !== null && authorityOf(old) === authorityOf(next);
    // What replaces a compromised anchor need only last for the safety margin; a stopgap need only outlive it (rule 2).
    const isFit = isUrgent
      ? next.expiresAt - policy.safetyMargin > at - slack
      : next.expiresAt > old.expiresAt && next.expiresAt - lead > at - slack;
    const lasting = named !== undefined || isFit || (asStopgap && next.expiresAt > old.expiresAt);
    return related && lasting && isValid(successor, at + slack);
  };
  const labelled = (version: string) => {
    const [anchor = '', ...rest] = (version.split('#')[0] ?? '').split('~');
    const flawed = rest.some((word) => word !== 'intermediate');
    return { flawed, chain: chainsTo({ anchor }, anchors) };
  };
  return {
    ...scopes,
    isDue,
    mayReplace,
    held,
    TOLERANCE,
    /** True for two anchors of one key: what is a fact about one is a fact about the other (I15). */
    sameKey: (one: string, other: string): boolean => chainsTo({ anchor: one }, anchors).includes(other),
    anchor: (id: string): ScenarioAnchor | undefined => byId.get(id),
    /** Ids of the anchors that a secret's version chains to; none when the leaf is no good. */
    chainOf: (version: string | null): string[] => {
      if (version === null) return [];
      const { flawed, chain } = labelled(version);
      return flawed ? [] : chain;
    },
    /** The same, whether the leaf is any good or not. */
    issuersOf: (version: string | null): string[] => (version === null ? [] : labelled(version).chain),
    reaching: (scope: Scope): ScenarioClient[] =>
      clients.filter(({ project }) => scope === ORGANIZATION || project === scope),
    /** Whether a version gets in where these anchors are trusted (F7, F8). */
    accepted(version: string | null, trusted: ReadonlySet<string>, at: number): boolean {
      if (trusted.size === 0) return true;
      return this.chainOf(version).some((id) => trusted.has(id) && isValid(id, at));
    },
  };
}

export type Rules = ReturnType<typeof createRules>;
