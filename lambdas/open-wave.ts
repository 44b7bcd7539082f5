import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { WindlassError } from './domain/errors.ts';
import { carriedWaveSchema } from './domain/plan-document/wave.ts';
import { step } from './step.ts';

const reads = z.object({ wave: carriedWaveSchema });
const writes = z.object({ scopes: z.int() });

/**
 * Reads a wave's list before any of its scopes begins. Throws `ManifestChanged` unless it is the list that
 * Plan wrote, with each scope once (I12).
 */
export async function openWave(
  { manifests }: { manifests: Manifests },
  { wave }: z.infer<typeof reads>,
): Promise<z.infer<typeof writes>> {
  const scopes = new Set((await manifests.scopes(wave.list)).map(({ scope }) => scope));
  if (scopes.size === wave.count) return { scopes: scopes.size };
  throw new WindlassError(
    'ManifestChanged',
    `${wave.list.key}: it has ${scopes.size} scopes, and Plan wrote ${wave.count}: start a new run`,
  );
}

export const handler = step(
  'open-wave',
  { reads, writes, ports: () => ({ manifests: manifestsFromEnvironment() }) },
  openWave,
);
