/** The address of the next place of its kind: `place#1`, `place#2` and so on. */
export function numbered(counts: Map<string, number>, place: string): string {
  const nth = (counts.get(place) ?? 0) + 1;
  counts.set(place, nth);
  return `${place}#${nth}`;
}
