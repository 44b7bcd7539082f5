import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { type Verdicts, verdictsFromEnvironment } from './adapters/table/verdicts.ts';
import { judgeWave } from './domain/cut/wave-judgement.ts';
import { type Judgement, judgementSchema, scopeVerdictSchema } from './domain/document.ts';
import { phases } from './domain/manifest.ts';
import { executionSchema } from './domain/memory/execution.ts';
import { carriedWaveSchema } from './domain/plan-document/wave.ts';
import { step } from './step.ts';

/** An execution of an older machine hands over the scopes and the verdicts themselves. */
const older = z.object({
  wave: z.object({ scopes: z.array(z.object({ scope: z.string() })).min(1) }),
  /** A halted scope says why. A scope that ended well may say more than its verdict. */
  verdicts: z.array(
    z.union([scopeVerdictSchema, z.object({ scope: z.string(), verdict: z.enum(['proven', 'confirmed']) })]),
  ),
});
const visit = z.object({ execution: executionSchema, phase: z.enum(phases) });
const reads = z.union([
  visit.extend({ wave: carriedWaveSchema, tolerant: z.boolean().optional() }),
  /** All waves of one phase. */
  visit.extend({ waves: z.array(carriedWaveSchema).min(1) }),
  older,
]);

type Ports = { manifests: Manifests; verdicts: Verdicts };

/**
 * Counts the verdicts of one wave, or of all waves, against the manifest's lists. Says whether any scope
 * halted, and whether that stops the waves after it (rule 4).
 */
export async function judge(ports: Ports, input: z.infer<typeof reads>): Promise<Judgement> {
  if ('verdicts' in input)
    return judgeWave(
      input.wave.scopes.map(({ scope }) => scope),
      input.verdicts,
    );
  const { execution, phase } = input;
  const waves = 'waves' in input ? input.waves : [input.wave];
  const [lists, verdicts] = await Promise.all([
    Promise.all(waves.map(({ list }) => ports.manifests.scopes(list))),
    ports.verdicts.of({ execution, phase }),
  ]);
  const own = new Set(lists.flat().map(({ scope }) => scope));
  const ended = verdicts.filter(({ scope }) => own.has(scope));
  if (!('wave' in input)) return judgeWave([...own], ended);
  const { tolerant } = input;
  const heldBefore = tolerant && phase === 'cut' ? await heldInOverlap(ports, execution) : new Set<string>();
  const [isCanary, isOverlap] = [input.wave.name === 'canary', phase === 'overlap'];
  return judgeWave([...own], ended, { tolerant, heldBefore, isCanary, isOverlap });
}

/**
 * Returns the scopes that halted in the overlap, or were held there for a client that did not move. The cut
 * phase does not begin any of them.
 */
async function heldInOverlap(
  { verdicts }: Ports,
  execution: z.infer<typeof executionSchema>,
): Promise<ReadonlySet<string>> {
  const before = await verdicts.of({ execution, phase: 'overlap' });
  return new Set(before.flatMap(({ scope, verdict }) => (verdict === 'halted' ? [scope] : [])));
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
