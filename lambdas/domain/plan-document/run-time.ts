import * as z from 'zod';
import { instant } from './pair.ts';

const phaseTimeSchema = z.object({
  /** Until when a client that does not answer is waited for. */
  waitsUntil: instant,
  /** Until when a scope may begin. */
  beginsUntil: instant,
});

/** How long a run has for each of its phases. */
export const runTimeSchema = z.object({ overlap: phaseTimeSchema, cut: phaseTimeSchema });

export type RunTime = z.infer<typeof runTimeSchema>;
