/**
 * The version of every JSON that a command prints. It grows when a key is removed or changes its meaning. New
 * keys may be added at any time.
 */
const SCHEMA = 1;

/** What a command prints with `--json`, its schema first. */
export const jsonOf = (value: object): string => `${JSON.stringify({ schema: SCHEMA, ...value }, null, 2)}\n`;

/** The same on one line. */
export const jsonLineOf = (value: object): string => `${JSON.stringify({ schema: SCHEMA, ...value })}\n`;
