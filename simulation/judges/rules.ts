import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { digestInId, idOfKey } from '../../lambdas/domain/memory/named-key.ts';
import { onceForText } from '../../lambdas/domain/once.ts';
import { isOwnOnly } from '../organizations/filtered-twins.ts';
import { isOutdated, leafNamed } from '../organizations/leaves/leaf-names.ts';
import { anchorKeyOf, issuerKeyOf } from '../organizations/leaves/scenario-leaves.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient } from '../organizations/scenario.ts';
import { chainsTo, sameKeyAs } from '../organizations/shared-keys.ts';
import { KEEPS_STRANGERS_OUT } from '../organizations/witnesses-of.ts';
import { createLines, type NamesTold } from './succession/lines.ts';
import { createScopeRules } from './trust/scope-rules.ts';

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

/** What DESIGN allows in one scenario, worked out without the domain's own code. Times are Unix seconds. */
export function createRules(
  { anchors, clients, events, policy, projects }: Scenario,
  holds: readonly Hold[] = [],
  names?: NamesTold,
) {
  const byId = new Map(anchors.map((anchor) => [anchor.id, anchor]));
  const scopes = createScopeRules({ anchors, projects });
  const { isValid } = scopes;
  const lead = policy.leadTime;
  const lines = createLines(anchors, names);
  const heldAt = (at: number): readonly string[] =>
    holds.findLast((one) => one.at <= at)?.hold ?? policy.hold;
  const held = (id: string, at: number): boolean => heldAt(at).includes(id);

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
      : lines.isOfItsLine(successor, retiring, {
          ...{ from: Math.min(since, at) - TOLERANCE, until: at + TOLERANCE, by },
        });
    // What replaces a compromised anchor need only last for the safety margin; a stopgap need only outlive it (rule 2).
    const isFit = isUrgent
      ? next.expiresAt - policy.safetyMargin > at - slack
      : next.expiresAt > old.expiresAt && next.expiresAt - lead > at - slack;
    const lasting = named !== undefined || isFit || (asStopgap && next.expiresAt > old.expiresAt);
    return related && lasting && isValid(successor, at + slack);
  };
  /** A leaf as it can be read: what nobody can place leads nowhere. `real` is where it leads in truth. */
  const labelled = onceForText((version: string) => {
    const leaf = leafNamed(version);
    const real = chainsTo(leaf, anchors);
    const direct =
      leaf.intermediate || leaf.flaw === 'unplaced' ? [] : chainsTo({ anchor: leaf.anchor }, anchors);
    const isUseless = leaf.flaw !== undefined || isOutdated(version);
    return {
      ...leaf,
      isUseless,
      real,
      direct,
      chain: leaf.flaw === 'unplaced' || leaf.flaw === 'forged' ? [] : real,
    };
  });
  /** True while an anchor's filter lets nobody of these stories in, until somebody sets a better one (F16). */
  const refusesAll = (id: string, at: number): boolean => {
    const filter = byId.get(id)?.filter;
    const isMended = events.some((one) => one.kind === 'filter' && one.anchor === id && one.at <= at);
    return filter !== undefined && filter !== KEEPS_STRANGERS_OUT && !isOwnOnly(filter) && !isMended;
  };
  /** The same for a leaf of another line, where the filter lets in the clients of its own alone. */
  const refusesOthers = (id: string, version: string, at: number): boolean => {
    const { filter, line } = byId.get(id) ?? {};
    const isMended = events.some((one) => one.kind === 'filter' && one.anchor === id && one.at <= at);
    return isOwnOnly(filter) && !isMended && byId.get(leafNamed(version).anchor)?.line !== line;
  };
  const sharing = onceForText((id: string) => new Set(sameKeyAs(id, anchors)));
  return {
    ...scopes,
    isDue,
    ...{ refusesAll, refusesOthers },
    mayReplace,
    held,
    heldAt,
    /** The name that an anchor has at a time, and the line that it states then, or null; every one that it has ever stated; and what is of the line of another. Unix seconds. */
    nameAt: lines.nameAt,
    authority: lines.authorityAt,
    authorities: lines.authoritiesOf,
    isOfItsLine: (one: string, retiring: string, at: number): boolean =>
      lines.isOfItsLine(one, retiring, { from: at, until: at, by: 'some' }),
    TOLERANCE,
    /** True for two anchors of one key: what is a fact about one is a fact about the other (I15). */
    sameKey: (one: string, other: string): boolean =>
      sharing(one).has(other) || (one === other && digestInId(one) !== undefined),
    /** The id under which the key of the CA below its anchor is named that has issued a version's leaf; null where there is none in its chain. */
    issuerKey: onceForText((version: string): string | null => {
      const digest = issuerKeyOf(leafNamed(version), anchors);
      return digest === null ? null : idOfKey(digest);
    }),
    /** True for the id of a key that an anchor has itself: it is no CA's that was never uploaded, and a request that says so is refused (I15). */
    isKeyOfUpload: onceForText((id: string) =>
      anchors.some((one) => digestInId(id) === anchorKeyOf(one.id, anchors)),
    ),
    /** True for two anchors of one key and name: whoever leads to one leads to the other. */
    sameAuthority: (one: string, other: string): boolean =>
      chainsTo({ anchor: one }, anchors).includes(other),
    anchor: (id: string): ScenarioAnchor | undefined => byId.get(id),
    /** Ids of the anchors that a secret's version chains to; none when the leaf is no good. */
    chainOf: (version: string | null): string[] => {
      if (version === null) return [];
      const { isUseless, chain } = labelled(version);
      return isUseless ? [] : chain;
    },
    /** The same, whether the leaf is any good or not. */
    issuersOf: (version: string | null): string[] => (version === null ? [] : labelled(version).chain),
    /** The same for a leaf that nobody can place: where it leads in truth. */
    leadingTo: (version: string | null): string[] => (version === null ? [] : labelled(version).real),
    /** The anchors that a host asks about a leaf that it can read (F7): the issuers of the leaf among these, or else where its chain leads. */
    askedAbout(version: string | null, trusted: { has(id: string): boolean }): string[] {
      const direct = version === null ? [] : labelled(version).direct.filter((id) => trusted.has(id));
      return direct.length > 0 ? direct : this.chainOf(version);
    },
    reaching: (scope: Scope): ScenarioClient[] =>
      clients.filter(({ project }) =>
        scope === ORGANIZATION ? projects.includes(project) : project === scope,
      ),
    /** Clients whose project is not there: misspelt perhaps, and then the organization's cut may lock them out (I1). */
    strays: (scope: Scope): ScenarioClient[] =>
      scope === ORGANIZATION ? clients.filter(({ project }) => !projects.includes(project)) : [],
    /** When a version ends; never, for most. */
    endOf: (version: string | null): number =>
      version === null ? Number.POSITIVE_INFINITY : (labelled(version).until ?? Number.POSITIVE_INFINITY),
    /**
     * Whether a workload with this version gets in where these anchors are trusted (F7, F8), with what it has of its own
     * beside the secret. `byProbe`: whether the secret alone would do. A host asks them in their order, and tries what the leaf
     * sends along only where none of them issued it. The first that it leads to decides alone: one with a filter, which lets
     * nobody of these stories in or keeps strangers out (F16).
     */
    accepted(version: string | null, trusted: ReadonlySet<string>, at: number, byProbe = false): boolean {
      if (trusted.size === 0) return true;
      if (version === null || this.endOf(version) <= at) return false;
      const { flaw, real, direct } = labelled(version);
      if (flaw && (byProbe || flaw !== 'unplaced')) return false;
      const asked = [...trusted].some((id) => direct.includes(id)) ? direct : real;
      const judging = [...trusted].find((id) => asked.includes(id) && isValid(id, at));
      return judging !== undefined && !refusesAll(judging, at) && !refusesOthers(judging, version, at);
    },
    /** Whether a version leads to some valid anchor of these, whatever its filter says. */
    leadsInto: (version: string | null, trusted: ReadonlySet<string>, at: number): boolean =>
      version !== null && labelled(version).real.some((id) => trusted.has(id) && isValid(id, at)),
  };
}

export type Rules = ReturnType<typeof createRules>;
