import type { Inventory } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import { activeCompromised, isKeyUnknown, isUnanswered, suspectAnchors } from '../planning/compromise.ts';
import { indexAnchors } from '../planning/facts.ts';
import { vouchingAnchors } from './vouching.ts';

/**
 * Tells of active anchors that vouch for a compromised key, and of those that this run activates. Nobody may
 * cut them unasked, and a leaf of that key gets in by them (I15).
 */
export const vouchedFor = (...[facts, rotating]: Parameters<typeof vouchingAnchors>): Blocked[] => {
  const successors = new Set(rotating.map(({ successor }) => successor.anchorId));
  return vouchingAnchors(facts, rotating).map(({ anchorId, scopes }) => {
    const where = firstFew(scopes, 5).join(', ');
    const is = successors.has(anchorId)
      ? `takes over in this run and has signed a certificate for a compromised key, so leaves of that key get in by it in ${where}: upload another generation that has signed none, and stage leaves of it. Once no client needs ${anchorId} any more, deactivate it there`
      : `is active in ${where} and has signed a certificate for a compromised key, so leaves of that key get in by it: deactivate ${anchorId} there once its own clients have another way in`;
    return { anchor: anchorId, scopes, reason: `${anchorId} ${is}, or name it in an emergency` };
  });
};

/** Tells of active anchors by which a leaf of a compromised key may get in: nobody knows (I9, I15). */
export const suspected = (facts: Parameters<typeof suspectAnchors>[0]): Blocked[] =>
  suspectAnchors(facts).map(({ anchorId, scopes }) => ({
    anchor: anchorId,
    scopes,
    reason: `${anchorId} is active in ${firstFew(scopes, 5).join(', ')}, and its certificate could not be read: it may have a compromised key. Look at it in the vendor's console; where it is an upload of that key, name it in an emergency${again(anchorId, facts)}`,
  }));

/** Says, of a certificate for which the API had no answer, that a run looks again. */
const again = (...about: Parameters<typeof isUnanswered>): string =>
  isUnanswered(...about) ? '. A run looks again within minutes, then ever later up to an hour' : '';

/** Tells of named anchors that are active nowhere, and whose key another active anchor may have (I9, I15). */
export const unknownKeys = (facts: KeyFacts): Blocked[] => {
  const { anchors, activeIn } = indexAnchors(facts.inventory);
  return [...anchors.keys()]
    .filter((id) => isKeyUnknown(id, facts) && !activeIn.has(id))
    .map((anchor) => ({
      anchor,
      reason: `${anchor} is named as compromised and its certificate cannot be read: whether another anchor with its key is active is not known. Look at it in the vendor's console; where one is, name it in an emergency${again(anchor, facts)}`,
    }));
};

type KeyFacts = Parameters<typeof isKeyUnknown>[1] & { inventory: Inventory };

/**
 * Whether the API had no answer for the certificate of an anchor by which something compromised may be
 * active, under another id too (I9, I15). That passes by itself, so a run comes for it soon.
 */
export function isAnyKeyUnanswered(facts: KeyFacts): boolean {
  const suspects = suspectAnchors(facts).map(({ anchorId }) => anchorId);
  const named = [...(facts.unanswered ?? [])].filter((id) => isKeyUnknown(id, facts));
  return [...suspects, ...named].some((id) => isUnanswered(id, facts));
}

/**
 * Tells of compromised anchors that this run does not cut and that are not told yet: nothing ends green while
 * one is active (I15).
 */
export const leftToTheNext = (
  facts: Parameters<typeof activeCompromised>[0],
  told: ReadonlySet<string>,
): Blocked[] =>
  activeCompromised(facts)
    .filter(({ anchorId }) => !told.has(anchorId))
    .map(({ anchorId, scopes }) => ({
      anchor: anchorId,
      scopes,
      reason: `${anchorId} has a key that an earlier emergency named, and is still active in ${firstFew(scopes, 5).join(', ')}: the next run comes within minutes and cuts it, or says what keeps it`,
    }));
