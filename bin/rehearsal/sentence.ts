/** The sentence a rotation is, word by word, as the progress shows it (DESIGN section 5). */
export const sentence = [
  'plan',
  'activate',
  'verify',
  'promote',
  'soak',
  'deactivate',
  'confirm',
  'schedule next',
] as const;

export type Word = (typeof sentence)[number];

/** The word that a state or step belongs to by its first letters (`Activate new anchors`), or null for plumbing. */
export function wordOf(name: string): Word | null {
  const spoken = name.trim().replaceAll('-', ' ').toLowerCase();
  return sentence.find((word) => spoken.startsWith(word)) ?? null;
}
