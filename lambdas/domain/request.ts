import * as z from 'zod';

const scheduled = z.strictObject({ mode: z.literal('scheduled').default('scheduled') });
const manual = z.strictObject({ mode: z.literal('manual'), reason: z.string().trim().min(1).optional() });
const emergency = z.strictObject({
  mode: z.literal('emergency'),
  anchors: z.array(z.string().regex(/^\S+$/, 'must be an anchor id such as "cert_abc"')).min(1),
  reason: z.string().trim().min(1),
});

/** What starts a rotation: `{}` on schedule, by hand, or because the named anchors are compromised. */
export const requestSchema = z.discriminatedUnion('mode', [scheduled, manual, emergency]);

export type Request = z.infer<typeof requestSchema>;
export type Mode = Request['mode'];
