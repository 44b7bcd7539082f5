/** JSON that a text begins with, and the words behind it: the machine adds some to a cause, after a semicolon. */
export function jsonPrefix(text: string): { value: unknown; rest: string } | null {
  if (!/^[[{]/.test(text)) return null;
  for (const { index } of text.matchAll(/[\]}](?=; |$)/g))
    try {
      return { value: JSON.parse(text.slice(0, index + 1)), rest: text.slice(index + 1) };
    } catch {
      // A bracket within the JSON's own strings.
    }
  return null;
}
