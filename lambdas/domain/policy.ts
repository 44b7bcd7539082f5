import * as z from 'zod';
import { durationSchema, durationText } from './duration.ts';
import { says } from './secret-name.ts';

/**
 * Step Functions ends an execution after a year, and the steps before and after the soak need the rest of it.
 */
const LONGEST_SOAK = 350 * 86_400;

const idSuch = (example: string) => z.string().min(1, { error: says(`an id such as "${example}"`) });

const idsSuch = (example: string) =>
  z.array(idSuch(example), { error: says(`a list of ids such as ["${example}"]`) });

const atOnce = { error: says('a whole number of scopes from 1 to 40') };

/** Retiring anchors and the successors that they are to have, by id. */
const successionsSchema = z
  .record(idSuch('cert_abc'), idSuch('cert_abc'))
  .superRefine((successions, context) => {
    for (const [retiring, successor] of Object.entries(successions))
      if (retiring === successor)
        context.addIssue({
          code: 'custom',
          path: [retiring],
          message: `${retiring} cannot succeed itself: name another anchor`,
        });
      else if (leadsBack(retiring, successions))
        context.addIssue({
          code: 'custom',
          path: [retiring],
          message: `${retiring} would succeed itself in the end, by way of ${successor}: a chain of successions has to end`,
        });
  });

/** Whether the successors, one after the other, come back to the anchor where they began. */
function leadsBack(begin: string, successions: Readonly<Record<string, string>>): boolean {
  const seen = new Set<string>();
  for (let at = successions[begin]; at !== undefined && !seen.has(at); at = successions[at]) {
    if (at === begin) return true;
    seen.add(at);
  }
  return false;
}

/**
 * How an organization wants its anchors rotated. Every key is optional and has DESIGN's default. Durations
 * are written as ISO 8601 (`P30D`) and are read here, once: code with a {@link Policy} has seconds.
 */
export const policySchema = z
  .strictObject({
    leadTime: durationSchema.prefault('P30D'),
    soak: durationSchema.prefault('P7D'),
    safetyMargin: durationSchema.prefault('P2D'),
    evidence: z.enum(['probe', 'listing'], { error: says('"probe" or "listing"') }).default('probe'),
    concurrency: z.int(atOnce).min(1, atOnce).max(40, atOnce).default(10),
    hold: idsSuch('cert_abc').default([]),
    canary: idsSuch('proj_abc').default([]),
    successions: successionsSchema.default({}),
    /** Scopes that may be cut on the listing alone, where no client can prove them. */
    listingScopes: idsSuch('proj_abc').default([]),
  })
  .superRefine(({ leadTime, soak, safetyMargin }, context) => {
    if (soak > LONGEST_SOAK)
      context.addIssue({
        code: 'custom',
        path: ['soak'],
        message: `${durationText(soak)} is longer than P350D: Step Functions ends an execution after a year`,
      });
    if (leadTime > soak + safetyMargin) return;
    const [lead, soaking, margin] = [leadTime, soak, safetyMargin].map(durationText);
    context.addIssue({
      code: 'custom',
      path: ['leadTime'],
      message: `${lead} is not longer than soak ${soaking} plus safetyMargin ${margin}: a rotation that starts when an anchor is due could not soak before it expires`,
    });
  });

/** A policy that has been read. Its durations are in seconds. */
export type Policy = z.infer<typeof policySchema>;

/**
 * A policy as it is written: in the configuration, in a file, and in the input that the machine hands to
 * Plan. An execution outlives deployments, and a rollback brings back older functions: all of them read this
 * form.
 */
export type WrittenPolicy = z.input<typeof policySchema>;

/** Returns a policy as it is written, with every key. Reading it gives the same policy again. */
export const writtenPolicy = (policy: Policy): WrittenPolicy => z.encode(policySchema, policy);

/**
 * Returns what a policy states of single scopes and anchors, sorted: which scopes may be cut on the listing
 * alone, and which successors take over. Empty where it states neither.
 */
export function statedIn({
  listingScopes = [],
  successions = {},
}: Partial<Pick<Policy, 'listingScopes' | 'successions'>>): object[] {
  return [
    ...(listingScopes.length > 0 ? [{ listingScopes: listingScopes.toSorted() }] : []),
    ...(Object.keys(successions).length > 0 ? [{ successions: Object.entries(successions).toSorted() }] : []),
  ];
}
