import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { judgeWave } from './domain/cut/wave-judgement.ts';
import {
  carriedWaveSchema,
  executionSchema,
  type Judgement,
  judgementSchema,
  scopeVerdictSchema,
} from './domain/document.ts';
import { phases } from './domain/manifest.ts';
import { step } from './step.ts';

/** What an execution of an older machine hands over: the scopes and the verdicts themselves. */
const older = z.object({
  wave: z.object({ scopes: z.array(z.object({ scope: z.string() })).min(1) }),
  /** A scope that halted says why; one that did well may say more than its verdict. */
  verdicts: z.array(
    z.union([scopeVerdictSchema, z.object({ scope: z.string(), verdict: z.enum(['proven', 'confirmed']) })]),
  ),
});
const reads = z.union([
  z.object({ execution: executionSchema, phase: z.enum(phases), wave: carriedWaveSchema }),
  older,
]);

type Ports = { manifests: Manifests; verdicts: Verdicts };

/** Counts the verdicts of a wave against its list: the next wave begins only where none halted (rule 4). */
export async function judge(ports: Ports, input: z.infer<typeof reads>): Promise<Judgement> {
  if ('verdicts' in input)
    return judgeWave(
      input.wave.scopes.map(({ scope }) => scope),
      input.verdicts,
    );
  const { execution, phase, wave } = input;
  const [scopes, verdicts] = await Promise.all([
    ports.manifests.scopes(wave.list),
    ports.verdicts.of({ execution, phase }),
  ]);
  const own = new Set(scopes.map(({ scope }) => scope));
  return judgeWave(
    [...own],
    verdicts.filter(({ scope }) => own.has(scope)),
  );
}

export const handler = step(
  'judge',
  {
    reads,
    writes: judgementSchema,
    ports: () => ({ manifests: manifestsFromEnvironment(), verdicts: verdictsFromEnvironment() }),
  },
  judge,
);
