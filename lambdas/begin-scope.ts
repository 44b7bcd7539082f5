import * as z from 'zod';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { type Clock, systemClock } from './clock.ts';
import { haltSchema, scopeDocumentSchema } from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { phases } from './domain/manifest.ts';
import { demandTimeToBegin } from './domain/next-run/time-left.ts';
import type { ScopePlan } from './domain/plan-document/scope-plan.ts';
import { modes } from './domain/request.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({ execution: true, plan: true }).extend({
  phase: z.enum(phases),
  mode: z.enum(modes),
  /** The phase in which this scope must not have halted. */
  after: z.enum(phases).optional(),
  /** ARN of the child execution. */
  child: z.string(),
});
const writes = z.object({
  begins: z.boolean(),
  anyHalted: z.boolean(),
  /** `true` when the scope's clients are handled shard by shard: a Choice state cannot count. */
  inShards: z.boolean(),
  /**
   * `true` when hosts may ask a successor about leaves that clients already run on. Before the activation,
   * the scope then looks for clients that are already outside.
   */
  looksFirst: z.boolean(),
  /** Clients that the earlier phase passed over in its proof. */
  outside: z.array(z.string()).optional(),
  /** The halt of that phase, if it halted. */
  halt: haltSchema.optional(),
});

/**
 * Lets one child begin with its scope. A second child for the same scope ends at once (I12). After a person
 * has stopped the run no child begins, except in an emergency (I11). A scope that the overlap did not prove
 * has served no soak, and is not cut (I18). Throws `Stopped`, `TrustWidened`, and `OutOfTime` when the run
 * has no time left for the scope.
 */
export async function beginScope(
  { verdicts, clock }: { verdicts: Verdicts; clock: Clock },
  { execution, plan, phase, mode, after, child }: z.infer<typeof reads>,
): Promise<z.infer<typeof writes>> {
  const { scope, shards = [] } = plan;
  const [stopped, before] = await Promise.all([
    mode === 'emergency' ? null : verdicts.stoppedFor(execution.id),
    after ? verdicts.one({ execution, phase: after, scope }) : null,
  ]);
  if (stopped !== null) throw new WindlassError('Stopped', `${scope} was not begun: ${stopped}`);
  demandFiltered(plan);
  const begins = await verdicts.isFirst({ execution, phase, scope }, child);
  const inShards = shards.length > 0;
  const goesOn = begins && (!after || before?.verdict === 'proven');
  if (goesOn) demandTimeToBegin(plan, phase, clock());
  const looksFirst = phase === 'overlap' && plan.successions.some(({ askedFirst }) => askedFirst === true);
  const { outside = [] } = before ?? {};
  if (goesOn || !begins || !after)
    return {
      ...{ begins, anyHalted: false, inShards, looksFirst },
      ...(outside.length > 0 && { outside }),
    };
  const { error, cause } = before ?? { error: 'ScopeLost', cause: 'it left no verdict' };
  const halt = { Error: error, Cause: `not begun, since it halted before: ${cause}` };
  return { begins: false, anyHalted: true, inShards, looksFirst, halt };
}

/**
 * Throws `TrustWidened` if an earlier run left a successor active that let a witness in. This run only takes
 * that successor back, and activates nothing.
 */
function demandFiltered({ scope, successions }: ScopePlan): void {
  const widened = successions.flatMap((one) => (one.widened ? one.successor : []));
  if (widened.length === 0) return;
  throw new WindlassError(
    'TrustWidened',
    `an earlier run has seen ${widened.join(', ')} let in who has to stay out, and ended before it had taken that back in every scope. This run activates nothing in ${scope}, and goes on with that: give it the filter of the anchor that it replaces, and start a run with --manual`,
  );
}

export const handler = step(
  'begin-scope',
  { reads, writes, ports: () => ({ verdicts: verdictsFromEnvironment(), clock: systemClock }) },
  beginScope,
);
