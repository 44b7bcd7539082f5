import * as z from 'zod';

/** One object of a run's manifest in S3: one version of it, and the SHA-256 (hex) of its content. */
export const storedSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  version: z.string(),
  digest: z.string(),
});

export type Stored = z.infer<typeof storedSchema>;
