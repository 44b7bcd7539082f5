/** What an anchor's name says of it: the line it belongs to and which of the line it is (F14). */
export type Lineage = { authority: string; generation: string | null };

/**
 * Reads `authority@generation`. A name without `@` is all authority; the last `@` divides, so an authority may
 * hold one itself. A null, blank or authority-less name states no lineage.
 */
export function lineageOf(name: string | null): Lineage | null {
  const trimmed = name?.trim() ?? '';
  const at = trimmed.lastIndexOf('@');
  const authority = (at === -1 ? trimmed : trimmed.slice(0, at)).trim();
  if (authority === '') return null;
  return { authority, generation: at === -1 ? null : trimmed.slice(at + 1).trim() };
}
