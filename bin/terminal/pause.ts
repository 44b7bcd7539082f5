import { setTimeout } from 'node:timers/promises';

/** How much of each pause is waited for: all of it, but in tests, whose worlds change at once. */
export const pace = { share: 1 };

/** Waits between one look and the next. Rejects when the signal is aborted meanwhile. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(milliseconds * pace.share, undefined, { ...(signal && { signal }) });
