import * as z from 'zod';
import { withMilliseconds } from '../instant.ts';

/**
 * Who runs. EventBridge and Step Functions write the same start in two ways, and the start is a part of the
 * table's keys.
 */
export const executionSchema = z.object({
  id: z.string(),
  startedAt: z.string().transform(withMilliseconds),
});
