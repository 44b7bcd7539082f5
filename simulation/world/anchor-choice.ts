import { chanceAt } from '../chance/chance.ts';

/**
 * Which of a scope's active anchors a host asks first: the first or the last that was activated, or
 * any other order, which a number stands for. The vendor does not say (F7). It matters where two
 * anchors have one key and one name.
 */
export type AnchorChoice = 'first' | 'last' | number;

/**
 * Returns ids in the order in which a host asks their anchors. `ids` come in the order of their activation.
 */
export function inOrderOf(choice: AnchorChoice, ids: Iterable<string>): string[] {
  const all = [...ids];
  if (choice === 'first' || all.length < 2) return all;
  if (choice === 'last') return all.reverse();
  const ranks = new Map(all.map((id) => [id, chanceAt(choice, id).next()]));
  return all.sort((one, other) => (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0));
}
