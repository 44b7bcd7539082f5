import * as z from 'zod';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { causeOf } from './domain/cause.ts';
import { executionSchema, scopeVerdictSchema } from './domain/document.ts';
import { phases } from './domain/manifest.ts';
import { step } from './step.ts';

const reads = z.object({
  execution: executionSchema,
  phase: z.enum(phases),
  verdict: scopeVerdictSchema,
});

/** Characters of a cause that are kept; a longer one is told in its operator's part alone. */
const LONGEST_CAUSE = 5_000;

/** Leaves in the table how one scope ended: Judge counts these against the wave's list, and one that is missing has halted. */
export async function concludeScope(
  { verdicts }: { verdicts: Verdicts },
  { execution, phase, verdict }: z.infer<typeof reads>,
): Promise<Record<string, never>> {
  const { cause } = verdict;
  const shortened = cause.length <= LONGEST_CAUSE ? cause : causeOf(cause).slice(0, LONGEST_CAUSE);
  await verdicts.leave({ execution, phase }, { ...verdict, cause: shortened });
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
