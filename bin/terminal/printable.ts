/**
 * Returns a copy in which every text is on one line and without control characters. People and the API wrote
 * these texts, and none may control a terminal.
 */
export const printable = <T>(told: T): T =>
  JSON.parse(JSON.stringify(told), (_, value) => (typeof value === 'string' ? printableText(value) : value));

/** One text on one line, without control characters. */
export const printableText = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();

/**
 * Returns a text as stderr may show it. An invisible character, or one that looks like a space, is written as
 * its escape, because it may be what is wrong with a value. Line breaks stay.
 */
export const withEscapes = (text: string): string =>
  text.replace(/[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/gu, (hidden) =>
    hidden === '\n' ? hidden : escapeOf(hidden),
  );

const escapeOf = (hidden: string): string => {
  const code = hidden.codePointAt(0)?.toString(16) ?? '';
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
};
