import * as z from 'zod';
import { planSchema } from './plan.ts';
import { storedSchema } from './stored.ts';
import { carriedWaveSchema, waveSchema } from './wave.ts';

/**
 * The plan as an execution carries it. Everything that grows with the organization is in S3, written only by
 * Plan.
 */
export const carriedPlanSchema = planSchema.omit({ promotions: true }).extend({
  /** The whole plan, and every client that was configured when it was made. */
  whole: storedSchema.optional(),
  clients: storedSchema.optional(),
  waves: z.array(z.union([carriedWaveSchema, waveSchema])),
  promotions: planSchema.shape.promotions.optional(),
  /**
   * What the run was started with, without what it asks to be allowed. In an execution of an older machine it
   * is beside the plan.
   */
  request: z.unknown().optional(),
  /**
   * How long nobody is moved once all is proven, in seconds, so that every edge of the hosts may hear of it
   * (I9); 0 where nobody is moved.
   */
  settleSeconds: z.int().optional(),
  /** `true` where something compromised is to be cut. */
  cutsCompromised: z.boolean().optional(),
});

export type CarriedPlan = z.infer<typeof carriedPlanSchema>;
