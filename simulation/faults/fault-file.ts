import * as z from 'zod';
import { type Inventory, scopesOf } from '../../lambdas/domain/anchor.ts';
import { badFields, fieldsOf, valueError } from '../../lambdas/domain/bad-fields.ts';
import { didYouMean, meantAmong } from '../../lambdas/domain/closest.ts';
import { durationSchema } from '../../lambdas/domain/duration.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import { says } from '../../lambdas/domain/secret-name.ts';
import { steps as stepNames } from '../../lib/steps.ts';
import { callFaults, faultyOps, stepFaults } from '../world/fault-kinds.ts';

const step = z.enum(stepNames);
const id = z.string().min(1, { error: says('an id such as "proj_abc"') });
const FROM_ONE = { error: says('a whole number from 1 up') };
/** Which of the matching calls or invocations is the first that is hit, counted from 1. */
const nth = z.int(FROM_ONE).min(1, FROM_ONE).default(1);
const times = z
  .union([z.int().min(1), z.literal('always')], { error: says('a whole number from 1 up, or "always"') })
  .default(1);
const duration = (pattern: RegExp, example: string) =>
  z
    .string()
    .refine((text) => pattern.test(text) && durationSchema.safeParse(text.replace(/^-/, '')).success, {
      error: says(`an ISO 8601 duration such as ${example}, of at most "P3650D"`),
    });

const callFault = z
  .strictObject({ op: z.enum(faultyOps), scope: id.optional(), nth, times, fault: z.enum(callFaults) })
  .refine(({ op, scope }) => scope === undefined || !scopeless.has(op), {
    path: ['scope'],
    error: ({ input }) => `a call of op "${(input as { op: string }).op}" belongs to no scope`,
  });
const stepFault = z.strictObject({ step, nth, times, fault: z.enum(stepFaults) });
/** Toggles reach the hosts, or the listings, only after this long. */
const propagation = z.strictObject({
  propagation: duration(/^P/, '"PT30S"'),
  of: z.enum(['traffic', 'listing']).default('traffic'),
});
/** The functions' clocks, or one step's, are ahead of all others by this much; behind with a minus. */
const clock = z.strictObject({ clock: duration(/^-?P/, '"PT5M" or "-PT5M"'), step: step.optional() });
/** Somebody else changes trust, right before the nth invocation of a step. */
const outsider = z
  .strictObject({
    at: step,
    nth,
    outsider: z.enum(['deactivate', 'activate', 'delete']),
    scope: id.optional(),
    anchor: id,
  })
  .refine(({ outsider, scope }) => outsider === 'delete' || scope !== undefined, {
    path: ['scope'],
    error: 'is missing: only a delete concerns all scopes',
  });

const scopeless: ReadonlySet<string> = new Set(['retrieve', 'schedule', 'lease']);

/** The kinds of entries, each by the key that tells it from the others. */
const kinds = { op: callFault, propagation, at: outsider, clock, step: stepFault };

/** Reads one entry as the kind that its keys show. Every issue keeps its path. */
const entrySchema = (inventory: Inventory) => {
  const strangers = strangersTo(inventory);
  return z.unknown().transform((entry, context): Fault => {
    const keys = Object.keys(Object(entry));
    const kind = Object.entries(kinds).find(([key]) => keys.includes(key))?.[1];
    const parsed = kind?.safeParse(entry, { error: valueError });
    const known = Object.keys(kind?.shape ?? {});
    const issues: { path: PropertyKey[]; message: string }[] = parsed
      ? [
          ...(parsed.error?.issues ?? []).flatMap((issue) => fieldsOf(issue, known)),
          ...strangers(parsed.data),
        ]
      : [{ path: [], message: withoutKind(keys) }];
    for (const { path, message } of issues) context.addIssue({ code: 'custom', path, message });
    return parsed?.data ?? z.NEVER;
  });
};

function withoutKind(keys: readonly string[]): string {
  const kindKeys = Object.keys(kinds);
  const near = keys.map((key) => didYouMean(key, kindKeys)).find(Boolean) ?? '';
  return `must have one of the keys ${kindKeys.join(', ')}${near}`;
}

export type CallFault = z.infer<typeof callFault>;
export type StepFault = z.infer<typeof stepFault>;
export type Outsider = z.infer<typeof outsider>;
export type Fault = CallFault | StepFault | Outsider | z.infer<typeof propagation> | z.infer<typeof clock>;

/**
 * Reads a list of faults for an organization; `source` names it. Throws `InvalidInput`
 * with every bad field by its path.
 */
export function parseFaults(value: unknown, inventory: Inventory, source: string): Fault[] {
  if (!Array.isArray(value))
    throw new WindlassError(
      'InvalidInput',
      `${source} is not right: it is no list; put [ and ] around its entries, be it one`,
    );
  const parsed = z.array(entrySchema(inventory)).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new WindlassError('InvalidInput', `${source} is not right: ${badFields(parsed.error, 'the file')}`);
}

/**
 * Returns a check for scopes and anchors that an organization does not have: a
 * fault on one would never strike.
 */
function strangersTo(inventory: Inventory) {
  const { anchors } = indexAnchors(inventory);
  const known = { scope: scopesOf(inventory).map(({ scope }) => scope), anchor: [...anchors.keys()] };
  return (fault: Fault | undefined) => {
    const named = (fault ?? {}) as { scope?: string; anchor?: string };
    return (['scope', 'anchor'] as const).flatMap((field) => {
      const { [field]: name } = named;
      if (name === undefined || known[field].includes(name)) return [];
      const message = `${name} is no ${field} of this organization${meantAmong(name, known[field])}`;
      return [{ path: [field], message }];
    });
  };
}
