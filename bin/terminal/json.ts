/** The version of every JSON that a command prints: it grows when a key goes or changes its meaning; new keys may come any time. */
const SCHEMA = 1;

/** What a command prints with `--json`, its schema first. */
export const jsonOf = (value: object): string => `${JSON.stringify({ schema: SCHEMA, ...value }, null, 2)}\n`;

/** The same on one line. */
export const jsonLineOf = (value: object): string => `${JSON.stringify({ schema: SCHEMA, ...value })}\n`;
