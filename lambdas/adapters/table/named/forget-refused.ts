import type { Inventory } from '../../../domain/anchor.ts';
import { askedBy, without } from '../../../domain/memory/allowed.ts';
import type { CompromisedMemory } from '../../../domain/memory/journal.ts';
import { indexAnchors } from '../../../domain/planning/facts.ts';
import type { Journal } from '../journal.ts';
import { changeAsked, type Emergency } from './change-asked.ts';

/**
 * Removes what a refused request asked to be allowed (I6), and those of its ids that never existed. An id
 * whose key is known did exist, and was deleted since: another upload of that key stays compromised (I15).
 * `inventory` is null when nobody can tell.
 */
export async function forgetRefused(
  journal: Journal,
  request: Emergency,
  inventory: Inventory | null,
): Promise<void> {
  const remembered = await journal.compromised();
  const named = remembered.filter(({ anchorId }) => request.anchors.includes(anchorId));
  const isUnheardOf = ({ anchorId, keyDigest }: CompromisedMemory): boolean =>
    inventory !== null && !keyDigest && !indexAnchors(inventory).anchors.has(anchorId);
  const refused = askedBy(request);
  const standing = refused.length === 0 ? [] : named.filter((one) => !isUnheardOf(one));
  const ids = standing.map(({ anchorId }) => anchorId);
  await changeAsked(journal, ids, ({ asked = [] }) => without(asked, refused));
  await journal.forgetCompromised(named.filter(isUnheardOf).map(({ anchorId }) => anchorId));
}
