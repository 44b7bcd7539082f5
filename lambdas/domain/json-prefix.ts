/**
 * Returns the JSON that a text begins with, and the words behind it; null where there is none. The machine
 * adds words to a cause, after a semicolon.
 */
export function jsonPrefix(text: string): { value: unknown; rest: string } | null {
  if (!/^[[{]/.test(text)) return null;
  for (const { index } of text.matchAll(/[\]}](?=; |$)/g))
    try {
      return { value: JSON.parse(text.slice(0, index + 1)), rest: text.slice(index + 1) };
    } catch {
      // This bracket is part of one of the JSON's own strings.
    }
  return null;
}
