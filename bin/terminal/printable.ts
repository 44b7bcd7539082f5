/**
 * Returns a copy in which every text is on one line and without control characters. People and the API wrote
 * these texts, and none may control a terminal.
 */
export const printable = <T>(told: T): T =>
  JSON.parse(JSON.stringify(told), (_, value) => (typeof value === 'string' ? printableText(value) : value));

/** One text on one line, without control characters. */
export const printableText = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
