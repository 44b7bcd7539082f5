import * as z from 'zod';

/** One share of a scope's clients, counted from 0, and how many shares there are. */
export const shardSchema = z.object({ at: z.int(), of: z.int() });

export type Shard = z.infer<typeof shardSchema>;
