/** The most anchors that one toggle may carry (F2). */
const BATCH = 10;

/** Divides anchors into activation batches: one to ten, one atomic call each (F2). */
export function batchesOf(anchorIds: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let i = 0; i < anchorIds.length; i += BATCH) batches.push(anchorIds.slice(i, i + BATCH));
  return batches;
}
