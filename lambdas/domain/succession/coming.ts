import type { Anchor } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import { leadsTo, leafIn } from '../leaf/client-facts.ts';
import { unpresentable } from '../leaf/problems.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { isFit } from './fitness.ts';
import { label, type Missing } from './missing.ts';

/**
 * Returns a successor that only has to begin to be valid. Clients that run on the retiring anchor have its
 * leaf staged, and it begins well before the retiring anchor ends. Meanwhile nobody is sent for a leaf of
 * another anchor (rule 2, I13). A compromised anchor waits for no date.
 */
export function comingOf(
  line: readonly Anchor[],
  retiring: Anchor,
  facts: PlanningFacts,
): Missing | undefined {
  const { clients = [], now, policy } = facts;
  if (isCompromised(retiring.anchorId, facts)) return undefined;
  const waiting = (anchor: Anchor): string[] =>
    clients
      .filter(
        ({ running, staged }) =>
          leadsTo(running, retiring.anchorId) &&
          leadsTo(staged, anchor.anchorId) &&
          unpresentable(leafIn(staged)) === undefined,
      )
      .map(({ name }) => name);
  const coming = line
    .flatMap((anchor) => (anchor.validAt === undefined ? [] : [{ anchor, at: anchor.validAt }]))
    .filter(
      ({ anchor, at }) =>
        at > now && at < retiring.expiresAt - policy.safetyMargin && waiting(anchor).length > 0,
    )
    .filter(({ anchor, at }) => isFit(anchor, retiring, { ...facts, now: at }))
    .toSorted((one, other) => one.at - other.at)[0];
  if (!coming) return undefined;
  return {
    reason: `${label(retiring)} waits for ${label(coming.anchor)}, which is not valid before ${instant(coming.at)}, and whose leaf is staged for ${firstFew(waiting(coming.anchor), 5).join(', ')}: nothing is to be done until then`,
    readyAt: coming.at,
  };
}
