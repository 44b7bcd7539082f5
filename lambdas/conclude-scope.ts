import * as z from 'zod';
import { emit, type Metrics, metricsFromEnvironment } from './adapters/aws/metrics.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { shortened } from './domain/cause.ts';
import { scopeVerdictSchema } from './domain/document.ts';
import { phases } from './domain/manifest.ts';
import { executionSchema } from './domain/memory/execution.ts';
import { haltedMeanwhile } from './domain/metrics.ts';
import { step } from './step.ts';

const reads = z.object({
  execution: executionSchema,
  phase: z.enum(phases),
  verdict: scopeVerdictSchema,
});

/**
 * Stores in the table how one scope ended. Judge counts these verdicts against the wave's list, and a scope
 * without one has halted. A cut that was undone, or could not be undone, rings an alarm at once: clients may
 * be outside, and the rest of the wave may take hours (I10, I13).
 */
export async function concludeScope(
  { verdicts, metrics }: { verdicts: Verdicts; metrics: Metrics },
  { execution, phase, verdict }: z.infer<typeof reads>,
): Promise<Record<string, never>> {
  await verdicts.leave({ execution, phase }, { ...verdict, cause: shortened(verdict.cause) });
  if (verdict.undone) await emit(metrics, () => haltedMeanwhile(1));
  return {};
}

export const handler = step(
  'conclude-scope',
  {
    reads,
    writes: z.object({}),
    ports: () => ({ verdicts: verdictsFromEnvironment(), metrics: metricsFromEnvironment() }),
  },
  concludeScope,
);
