import type { ViolationKind } from '../../simulation/log/findings.ts';

/** The text of one file of the product, and the text that the bug puts in its place. */
export type SourceEdit = { file: string; from: string; to: string };

/**
 * A bug inside a function that no port reaches. It is planted while its file is loaded, and never written to
 * disk.
 */
export type SourceBug = { what: string; finds: ViolationKind; seen: number; edits: readonly SourceEdit[] };

/** An edit of one file of the functions. */
export const edit = (file: string, from: string, to: string): SourceEdit => ({
  file: `lambdas/${file}`,
  from,
  to,
});
