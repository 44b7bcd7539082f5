import * as z from 'zod';

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1];

/** Seconds in an ISO 8601 duration of weeks, days, hours, minutes and seconds, or null when it is not one. */
export function durationSeconds(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return null;
  return SECONDS.reduce((total, unit, i) => total + unit * Number(match[i + 1] ?? 0), 0);
}

/** Ten years: no certificate of ours lives longer, and a sum of such times is still a date. */
const LONGEST = 3_650 * 86_400;
/** Step Functions ends an execution after a year; the steps before and after the soak need the rest. */
const LONGEST_SOAK = 350 * 86_400;

/** An ISO 8601 duration such as `P30D` or `PT12H`, kept as written. Years and months are refused: they vary. */
export const durationSchema = z.string().refine((text) => (durationSeconds(text) ?? LONGEST + 1) <= LONGEST, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as "P30D", of at most "P3650D"`,
});

const anchorIds = z.array(z.string().min(1));

/** How an organization wants its anchors rotated. Every key is optional and has DESIGN's default. */
export const policySchema = z
  .strictObject({
    leadTime: durationSchema.default('P30D'),
    soak: durationSchema.default('P7D'),
    safetyMargin: durationSchema.default('P2D'),
    evidence: z.enum(['probe', 'listing']).default('probe'),
    concurrency: z.int().min(1).max(40).default(10),
    hold: anchorIds.default([]),
    canary: z.array(z.string().min(1)).default([]),
    successions: z.record(z.string().min(1), z.string().min(1)).default({}),
    /** Scopes that may be cut on the listing alone, where no client can prove them. */
    listingScopes: z.array(z.string().min(1)).default([]),
  })
  .superRefine((policy, context) => {
    const [lead, soak, margin] = [policy.leadTime, policy.soak, policy.safetyMargin].map(durationSeconds);
    if (soak != null && soak > LONGEST_SOAK)
      context.addIssue({
        code: 'custom',
        path: ['soak'],
        message: `${policy.soak} is longer than P350D: Step Functions ends an execution after a year`,
      });
    for (const [retiring, successor] of Object.entries(policy.successions))
      if (retiring === successor)
        context.addIssue({
          code: 'custom',
          path: ['successions', retiring],
          message: `${retiring} cannot succeed itself: name another anchor`,
        });
    if (lead == null || soak == null || margin == null || lead > soak + margin) return;
    context.addIssue({
      code: 'custom',
      path: ['leadTime'],
      message: `${policy.leadTime} is not longer than soak ${policy.soak} plus safetyMargin ${policy.safetyMargin}: a rotation that starts when an anchor is due could not soak before it expires`,
    });
  });

export type Policy = z.infer<typeof policySchema>;
