import * as z from 'zod';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { shortened } from './domain/cause.ts';
import { executionSchema, scopeVerdictSchema } from './domain/document.ts';
import { phases } from './domain/manifest.ts';
import { step } from './step.ts';

const reads = z.object({
  execution: executionSchema,
  phase: z.enum(phases),
  verdict: scopeVerdictSchema,
});

/** Leaves in the table how one scope ended: Judge counts these against the wave's list, and one that is missing has halted. */
export async function concludeScope(
  { verdicts }: { verdicts: Verdicts },
  { execution, phase, verdict }: z.infer<typeof reads>,
): Promise<Record<string, never>> {
  await verdicts.leave({ execution, phase }, { ...verdict, cause: shortened(verdict.cause) });
  return {};
}

export const handler = step(
  'conclude-scope',
  {
    reads,
    writes: z.object({}),
    ports: () => ({ verdicts: verdictsFromEnvironment() }),
  },
  concludeScope,
);
