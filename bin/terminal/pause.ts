import { setTimeout } from 'node:timers/promises';

/** The share of each pause that is really waited. Tests lower it, since their worlds change at once. */
export const pace = { share: 1 };

/** Waits between one look and the next. Rejects when the signal is aborted meanwhile. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(milliseconds * pace.share, undefined, { ...(signal && { signal }) });
