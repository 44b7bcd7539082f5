import { withStakes } from '../blocked/at-stake.ts';
import { blockedBy } from '../blocked/blocked-by.ts';
import { type HoldFacts, heldBy, holdsOf } from '../blocked/holds.ts';
import { leafIn } from '../leaf/client-facts.ts';
import { isLeafOf, type LeafFacts } from '../leaf/leaf-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import { withoutChains } from '../succession/pairing.ts';
import { isCompromised } from './compromise.ts';
import { activeFor, waysIn } from './direct-path.ts';
import type { Succession } from './facts.ts';
import { lastingFor } from './lasting.ts';
import { movesOf } from './readiness/moves.ts';
import { promotionsOf } from './scope-clients.ts';
import { planScopes } from './scope-plans.ts';

/** Returns the plan of each scope of these successions, and which cuts are blocked and why. */
export function scopesOf(rotating: readonly Succession[], facts: HoldFacts) {
  const held = heldIn(rotating, facts);
  return {
    scopePlans: withStakes(planScopes(rotating, facts, held), rotating, facts),
    blocked: blockedBy(held.holds),
  };
}

/**
 * Returns which cuts of these successions may not be made, which clients are moved, and how long leaves have
 * to last.
 */
function heldIn(rotating: readonly Succession[], facts: HoldFacts) {
  const lasting = lastingFor(rotating, facts);
  const moves = movesOf(rotating, facts, lasting);
  return { holds: holdsOf(rotating, facts, { ...moves, lasting }), ...moves, lasting };
}

/**
 * Divides successions into those that this run makes, those that have nothing to do (idle), and stopgaps that
 * wait for another of these. What waits for an idle one would wait for ever, so idle ones are left out first.
 */
export function thatGo(
  pairs: readonly Succession[],
  facts: HoldFacts,
): { advancing: Succession[]; idle: Blocked[]; waiting: Blocked[] } {
  const first = divideByProgress(pairs, facts);
  const { pairs: others, waiting } = withoutChains(first.advancing, facts);
  if (waiting.length === 0) return { ...first, waiting };
  const { advancing, idle } = divideByProgress(others, facts);
  return { advancing, idle: [...first.idle, ...idle], waiting };
}

/**
 * Divides successions by whether a run has something to do for them: a client to move or to let in, or a cut
 * that may be made. Where every cut is held and nobody is ready, a run could only say so, and would come
 * again for ever (rule 3). Successions that go together may hold each other up, so they are looked at
 * together as well.
 */
function divideByProgress(
  pairs: readonly Succession[],
  facts: HoldFacts,
): { advancing: Succession[]; idle: Blocked[] } {
  const alone = pairs.map((pair) => [pair]).map((group) => progressOf(group, facts));
  const left = alone.filter(({ isProgress }) => isProgress).flatMap(({ group }) => group);
  const isNamed = ({ retiring }: Succession): boolean => isCompromised(retiring.anchorId, facts);
  const groups = [left.filter(isNamed), left.filter((one) => !isNamed(one))];
  const together = groups.map((group) => progressOf(group, facts));
  const going = together.filter(({ isProgress }) => isProgress);
  const idle = [...alone, ...together].filter(({ isProgress }) => !isProgress);
  return {
    advancing: left.filter((one) => going.some(({ group }) => group.includes(one))),
    idle: idle.flatMap(({ holds }) => blockedBy(holds)),
  };
}

/** Whether a run has something to do for these successions, and which holds there are. */
function progressOf(group: Succession[], facts: HoldFacts) {
  const running = new Map(facts.clients.map(({ name, running }) => [name, leafIn(running)]));
  const held = heldIn(group, facts);
  const isHeld = heldBy(held.holds);
  const isToDo = (): boolean => {
    const plans = planScopes(group, facts, held);
    // A client whose staged leaf is its current one as well is not moved.
    const isMoved = promotionsOf(plans, facts).some((one) => !isLeafOf(running.get(one.client) ?? null, one));
    const isWaiting = isWaitingFor(group, { running, facts });
    return isMoved || plans.some(({ checks }) => checks.some(isWaiting));
  };
  const isProgress = group.some((one) => one.scopes.some((scope) => !isHeld(one, scope))) || isToDo();
  return { group, holds: held.holds, isProgress };
}

/**
 * Whether a client waits for its successor to be activated: it runs on a leaf of a successor that is not
 * active for it. Once the retiring anchor has expired, only that successor lets it in (I17). A client that
 * also gets in by an anchor outside this pair does not wait. Otherwise one run could cut that successor and
 * the next one activate it, for ever.
 */
const isWaitingFor =
  (
    group: readonly Succession[],
    { running, facts }: { running: ReadonlyMap<string, LeafFacts | null>; facts: HoldFacts },
  ) =>
  (check: ClientCheck): boolean => {
    const { client, project, successor } = check;
    const leaf = running.get(client) ?? null;
    if (!leaf || !isLeafOf(leaf, check) || activeFor(facts.inventory)(project, successor)) return false;
    const isOfPair = group.some(
      (one) => one.successor.anchorId === successor && leaf.chainsTo.includes(one.retiring.anchorId),
    );
    return isOfPair || waysIn(leaf, project, facts).length === 0;
  };
