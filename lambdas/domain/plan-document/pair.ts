import * as z from 'zod';

/** A time as the document has it: an ISO 8601 string. */
export const instant = z.iso.datetime();
export const anchorId = z.string();
/** A retiring anchor and its successor. */
export const pair = z.object({ retiring: anchorId, successor: anchorId });
