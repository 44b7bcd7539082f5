import * as z from 'zod';
import { scopePlanSchema } from './scope-plan.ts';
import { storedSchema } from './stored.ts';

export const waveSchema = z.object({
  name: z.enum(['canary', 'projects', 'organization', 'everywhere']),
  scopes: z.array(scopePlanSchema),
});

/** A wave as an execution carries it: how many scopes, and the list of their plans. */
export const carriedWaveSchema = z.object({
  name: waveSchema.shape.name,
  count: z.int(),
  list: storedSchema,
});

export type Wave = z.infer<typeof waveSchema>;

export type CarriedWave = z.infer<typeof carriedWaveSchema>;
