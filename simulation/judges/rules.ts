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

/**
 * The tolerance of rules about instants, in seconds: a quarter of an hour, since
 * clocks are off and calls take time.
 */
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

/**
 * Returns what DESIGN allows in one scenario, worked out without the domain's
 * own code. Times are Unix seconds.
 */
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
   * Whether one anchor may take the place of another (rules 1 and 2), in a plan made at about `at` under the
   * policy of `since`. `by` says whether every clock has to agree, or only some. A cut that was made may be
   * finished though its anchor is on hold by now.
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
    // A successor of a compromised anchor needs to last only for the safety margin. A stopgap needs only to
    // outlive the retiring anchor (rule 2).
    const isFit = isUrgent
      ? next.expiresAt - policy.safetyMargin > at - slack
      : next.expiresAt > old.expiresAt && next.expiresAt - lead > at - slack;
    const lasting = named !== undefined || isFit || (asStopgap && next.expiresAt > old.expiresAt);
    return related && lasting && isValid(successor, at + slack);
  };
  /**
   * A leaf as it can be read: a leaf that nobody can place leads nowhere.
   * `real` says where it leads in truth.
   */
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
  /**
   * Whether an anchor's filter lets in no client of these stories, until somebody sets a better filter (F16).
   */
  const refusesAll = (id: string, at: number): boolean => {
    const filter = byId.get(id)?.filter;
    const isMended = events.some((one) => one.kind === 'filter' && one.anchor === id && one.at <= at);
    return filter !== undefined && filter !== KEEPS_STRANGERS_OUT && !isOwnOnly(filter) && !isMended;
  };
  /** Whether an anchor's filter lets in only clients of its own line, and this leaf is of another. */
  const refusesOthers = (id: string, version: string, at: number): boolean => {
    const { filter, line } = byId.get(id) ?? {};
    const isMended = events.some((one) => one.kind === 'filter' && one.anchor === id && one.at <= at);
    return isOwnOnly(filter) && !isMended && byId.get(leafNamed(version).anchor)?.line !== line;
  };
  const mayLoseStrays = (scope: Scope, isUrgent: boolean): boolean =>
    scope === ORGANIZATION || (policy.evidence === 'listing' && !isUrgent);
  const sharing = onceForText((id: string) => new Set(sameKeyAs(id, anchors)));
  return {
    ...scopes,
    isDue,
    ...{ refusesAll, refusesOthers },
    mayReplace,
    held,
    heldAt,
    /**
     * All in Unix seconds: the name of an anchor at a time; the line that it states then, or null. Then every
     * line that it has ever stated, and whether one anchor is of another's line.
     */
    nameAt: lines.nameAt,
    authority: lines.authorityAt,
    authorities: lines.authoritiesOf,
    isOfItsLine: (one: string, retiring: string, at: number): boolean =>
      lines.isOfItsLine(one, retiring, { from: at, until: at, by: 'some' }),
    TOLERANCE,
    /** Whether two anchors have one key: a fact about the one is a fact about the other (I15). */
    sameKey: (one: string, other: string): boolean =>
      sharing(one).has(other) || (one === other && digestInId(one) !== undefined),
    /**
     * The id of the key of the CA below the anchor that issued a version's leaf; null
     * where its chain has no such CA.
     */
    issuerKey: onceForText((version: string): string | null => {
      const digest = issuerKeyOf(leafNamed(version), anchors);
      return digest === null ? null : idOfKey(digest);
    }),
    /**
     * Whether an id names the key of an anchor itself. Such a key is not of a CA that was never uploaded, so
     * a request that says so is refused (I15).
     */
    isKeyOfUpload: onceForText((id: string) =>
      anchors.some((one) => digestInId(id) === anchorKeyOf(one.id, anchors)),
    ),
    /** Whether two anchors have one key and name: a leaf that leads to one leads to the other. */
    sameAuthority: (one: string, other: string): boolean =>
      chainsTo({ anchor: one }, anchors).includes(other),
    anchor: (id: string): ScenarioAnchor | undefined => byId.get(id),
    /** Ids of the anchors that a secret's version chains to; none where the leaf is unusable. */
    chainOf: (version: string | null): string[] => {
      if (version === null) return [];
      const { isUseless, chain } = labelled(version);
      return isUseless ? [] : chain;
    },
    /** The same, whether the leaf is usable or not. */
    issuersOf: (version: string | null): string[] => (version === null ? [] : labelled(version).chain),
    /** The same for a leaf that nobody can place: where it leads in truth. */
    leadingTo: (version: string | null): string[] => (version === null ? [] : labelled(version).real),
    /**
     * The anchors that a host asks about a leaf that it can read (F7): its issuers among `trusted`, or else
     * the anchors where its chain leads.
     */
    askedAbout(version: string | null, trusted: { has(id: string): boolean }): string[] {
      const direct = version === null ? [] : labelled(version).direct.filter((id) => trusted.has(id));
      return direct.length > 0 ? direct : this.chainOf(version);
    },
    reaching: (scope: Scope): ScenarioClient[] =>
      clients.filter(({ project }) =>
        scope === ORGANIZATION ? projects.includes(project) : project === scope,
      ),
    /**
     * Clients whose configured project does not exist, perhaps misspelt. The organization's cut may then lock
     * them out (I1). Where no host is asked, their keys may be of any project, and nothing but what is
     * compromised (`isUrgent`) is cut there.
     */
    strays: (scope: Scope, isUrgent: boolean): ScenarioClient[] =>
      mayLoseStrays(scope, isUrgent) ? clients.filter(({ project }) => !projects.includes(project)) : [],
    mayLoseStrays,
    /** When a version ends, in Unix seconds; infinity for most. */
    endOf: (version: string | null): number =>
      version === null ? Number.POSITIVE_INFINITY : (labelled(version).until ?? Number.POSITIVE_INFINITY),
    /**
     * Whether a workload with this version gets in where these anchors are trusted (F7, F8), with the
     * intermediates that it has beside the secret. `byProbe` asks whether the secret alone would do. A host
     * asks the anchors in their order, and tries the chain that the leaf sends along only where none of them
     * issued the leaf. The first anchor that it leads to decides alone; its filter may let in nobody of these
     * stories, or keep strangers out (F16).
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
    /** Whether a version leads to some valid anchor of these, whatever that anchor's filter says. */
    leadsInto: (version: string | null, trusted: ReadonlySet<string>, at: number): boolean =>
      version !== null && labelled(version).real.some((id) => trusted.has(id) && isValid(id, at)),
  };
}

export type Rules = ReturnType<typeof createRules>;
