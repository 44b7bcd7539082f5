/** Every text in it on one line and without a control character: people and the API wrote them, and none may drive a terminal. */
export const printable = <T>(told: T): T =>
  JSON.parse(JSON.stringify(told), (_, value) => (typeof value === 'string' ? printableText(value) : value));

/** One text on one line, without a control character. */
export const printableText = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
