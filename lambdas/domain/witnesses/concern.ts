import { type Inventory, ORGANIZATION, type Scope } from '../anchor.ts';
import { asChecked } from '../client.ts';
import { type ClientFacts, type Holding, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import { WITHOUT_KEY } from '../leaf/problems.ts';
import { oncePer } from '../once.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import { isCompromised } from '../planning/compromise.ts';
import { type IsGone, othersDeciding } from '../planning/direct-path.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { provingLeaf } from '../planning/readiness/proving-leaf.ts';
import { mayBelongTo } from '../planning/readiness/unplaced.ts';
import { lineageOf, linesOf } from '../succession/lineage.ts';
import { type CutAround, waysOf } from './judged-after-the-cut.ts';

/** A witness with the leaf to look at, or with the reason, in words, why it cannot be looked at. */
type Concern = { witness: ClientFacts; leaf: LeafFacts } | { witness: ClientFacts; missing: string };

/** Until when a leaf is relied on, in Unix seconds, and which anchors are gone after the cut. */
type AtTheCut = { until: number; isGone: IsGone };

/**
 * Returns the witnesses that one succession has to keep out of one scope (F16): those that reach the scope
 * and hold a leaf of the successor, and those that should hold one and do not. A witness whose leaves come
 * only from other authorities is not concerned.
 */
function concernedBy(
  succession: Succession,
  scope: Scope,
  { until, isGone, ...facts }: PlanningFacts & AtTheCut,
): Concern[] {
  const { witnesses = [], policy } = facts;
  // With `listing` no host is asked, so no filter is seen.
  if (policy.evidence === 'listing') return [];
  return witnesses
    .filter(({ project }) => scope === ORGANIZATION || scope === project)
    .flatMap((witness): Concern[] => {
      const leading = [witness.staged, witness.running].flatMap((staged) => {
        const leaf = provingLeaf({ ...witness, staged, running: null }, succession, until, facts);
        return leaf
          ? { leaf, others: othersDeciding(leaf, witness.project, succession, { facts, isGone }) }
          : [];
      });
      const [shown] = leading.filter(({ others }) => others.length === 0);
      if (shown) return [{ witness, leaf: shown.leaf }];
      const missing = leading[0]
        ? decidedBy(leading[0].others, succession)
        : whyMissing(witness, succession, facts);
      return missing === null ? [] : [{ witness, missing }];
    });
}

/**
 * Says that another anchor may decide about the leaf. Then a probe says nothing of the successor's filter
 * (F7, F16).
 */
const decidedBy = (others: readonly string[], { successor: { anchorId } }: Succession): string =>
  `its leaf of ${anchorId} leads to ${others.join(', ')} as well, and while that is active there, hosts may go by the filter of that one`;

/** Returns why a witness cannot be looked at; null where it belongs to other authorities. */
export function whyMissing(
  witness: ClientFacts,
  succession: Succession,
  facts: PlanningFacts,
): string | null {
  const { running, staged, stagedLabel = 'AWSPENDING' } = witness;
  const held = [staged, running];
  const unread = held.flatMap((one) => (one !== null && 'unknown' in one ? one.unknown : []))[0];
  const ofItsLine = held.filter((one) => isOfItsLine(one, succession, facts));
  if (ofItsLine.some((one) => leafIn(one)?.problems.includes(WITHOUT_KEY))) return WITHOUT_KEY;
  if (ofItsLine.length > 0)
    return `no leaf of it leads to ${succession.successor.anchorId} and lasts: what it holds is of another generation, ends too soon, was issued by another active anchor, leads to one as well, or cannot be used`;
  const isPlaced = held.some((one) => (leafIn(one)?.chainsTo.length ?? 0) > 0);
  if ((isPlaced && unread === undefined) || !mayBelongTo(witness, succession, facts)) return null;
  return unread ?? `no leaf that leads to an anchor is at AWSCURRENT or ${stagedLabel} of its secret`;
}

/**
 * Whether a leaf is of this pair's anchors, or of another anchor of their authorities, such as an older
 * generation (rule 2).
 */
function isOfItsLine(held: Holding, succession: Succession, facts: PlanningFacts): boolean {
  const { retiring, successor } = succession;
  const { anchors } = indexAnchors(facts.inventory);
  const lines = linesOf(succession);
  return (leafIn(held)?.chainsTo ?? []).some(
    (id) =>
      id === retiring.anchorId ||
      id === successor.anchorId ||
      lines.has(lineageOf(anchors.get(id)?.name ?? null)?.authority ?? ''),
  );
}

/** The projects that are listed. */
const projectsOf = oncePer(
  ({ projects }: Inventory): ReadonlySet<string> => new Set(projects.map(({ projectId }) => projectId)),
);

/**
 * Returns why a scheduled cut waits for witnesses, one by one, with what to do. An emergency waits for none.
 */
export function missingWitnesses(
  succession: Succession,
  scope: Scope,
  facts: PlanningFacts & AtTheCut,
): { witness: string; reason: string }[] {
  const { retiring, successor } = succession;
  if (isCompromised(retiring.anchorId, facts)) return [];
  const known = projectsOf(facts.inventory);
  return concernedBy(succession, scope, facts).flatMap((one) => {
    const { name, project, secret, stagedLabel = 'AWSPENDING' } = one.witness;
    const told = (why: string, remedy: string) => ({
      witness: name,
      reason: `nobody can show that ${successor.anchorId} keeps witness ${name} out, so ${retiring.anchorId} is not cut there: ${why}. ${remedy}, or take ${name} out of mustRefuse`,
    });
    if (!known.has(project))
      return told(`it names project ${project}, which does not exist or is archived`, 'Correct its project');
    if ('leaf' in one) return [];
    return told(
      one.missing,
      `Put a leaf that chains to ${successor.anchorId}, and that its filter has to refuse, at AWSCURRENT or ${stagedLabel} of ${secret}`,
    );
  });
}

/**
 * Returns the checks by which Verify shows that the successors of a scope keep their witnesses out: one for
 * each witness and successor. `around` says what is held, what is cut where, and whether scopes have no
 * order.
 */
export function witnessChecks(
  successions: readonly Succession[],
  scope: Scope,
  facts: PlanningFacts,
  { lasting, ...around }: { lasting: (succession: Succession) => number } & CutAround,
): ClientCheck[] {
  const known = projectsOf(facts.inventory);
  const cut = new Set(successions.map(({ retiring }) => retiring.anchorId));
  const checks = successions.flatMap((one) =>
    concernedBy(one, scope, { ...facts, until: lasting(one), isGone: (id) => cut.has(id) }).flatMap(
      (concern): ClientCheck[] => {
        const { project } = concern.witness;
        if (!('leaf' in concern) || !known.has(project)) return [];
        const successor = one.successor.anchorId;
        const { fingerprint: leaf, chain } = concern.leaf;
        const ways = waysOf(concern.leaf, { successor, project }, { successions, scope, facts, ...around });
        return [{ ...asChecked(concern.witness), successor, leaf, chain, ...ways }];
      },
    ),
  );
  return [...new Map(checks.map((check) => [`${check.client} ${check.successor}`, check])).values()];
}
