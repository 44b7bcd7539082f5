import * as z from 'zod';
import { judgeWave } from './domain/cut/wave-judgement.ts';
import { type Judgement, judgementSchema, scopeVerdictSchema } from './domain/document.ts';
import { step } from './step.ts';

const reads = z.object({
  wave: z.object({ scopes: z.array(z.object({ scope: z.string() })).min(1) }),
  /** A scope that halted says why; one that did well may say more than its verdict. */
  verdicts: z.array(
    z.union([scopeVerdictSchema, z.object({ scope: z.string(), verdict: z.enum(['proven', 'confirmed']) })]),
  ),
});

/** Counts the verdicts of a wave against its scopes: the next wave begins only where none halted (rule 4). */
export async function judge(_: unknown, { wave, verdicts }: z.infer<typeof reads>): Promise<Judgement> {
  return judgeWave(
    wave.scopes.map(({ scope }) => scope),
    verdicts,
  );
}

export const handler = step('judge', { reads, writes: judgementSchema, ports: () => ({}) }, judge);
