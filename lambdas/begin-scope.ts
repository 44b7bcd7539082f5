import * as z from 'zod';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { scopeDocumentSchema } from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { phases } from './domain/manifest.ts';
import { modes } from './domain/request.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({ execution: true, plan: true }).extend({
  phase: z.enum(phases),
  mode: z.enum(modes),
  /** ARN of the child execution. */
  child: z.string(),
});
const writes = z.object({ begins: z.boolean() });

/**
 * Lets one child begin with its scope: a twin that was started beside it ends at once, and where a person stops the run none
 * begins any more (I11, I12). An emergency is not kept from beginning.
 */
export async function beginScope(
  { verdicts }: { verdicts: Verdicts },
  { execution, plan: { scope }, phase, mode, child }: z.infer<typeof reads>,
): Promise<z.infer<typeof writes>> {
  const stopped = mode === 'emergency' ? null : await verdicts.stoppedFor(execution.id);
  if (stopped !== null) throw new WindlassError('Stopped', `${scope} was not begun: ${stopped}`);
  return { begins: await verdicts.isFirst({ execution, phase, scope }, child) };
}

export const handler = step(
  'begin-scope',
  { reads, writes, ports: () => ({ verdicts: verdictsFromEnvironment() }) },
  beginScope,
);
