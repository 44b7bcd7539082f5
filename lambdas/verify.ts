import pMap from 'p-map';
import * as z from 'zod';
import { hostsFromEnvironment } from './adapters/environment.ts';
import { leafToProve } from './adapters/held-leaf.ts';
import { type Probe, probeFromEnvironment } from './adapters/probe.ts';
import { proveAccepted } from './adapters/prove.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets.ts';
import { type Clock, instant, systemClock } from './clock.ts';
import { scopeDocumentSchema, type Verification, verificationSchema } from './domain/document.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema
  .pick({ execution: true, evidence: true, plan: true })
  .extend({ beforeCut: z.boolean().default(false) });

type Ports = { secrets: Secrets; probe: Probe; hosts: readonly string[]; clock: Clock };

/**
 * Proves the successors of one scope with the leaves its clients will use, and before the cut with the ones they do
 * use (I1, I8). Under `listing` evidence the listing that Activate took is the proof, and the wire is left alone.
 */
export async function verify(
  { secrets, probe, hosts, clock }: Ports,
  { evidence, plan, beforeCut }: z.infer<typeof reads>,
): Promise<Verification> {
  const stages = beforeCut ? (['AWSCURRENT'] as const) : (['AWSPENDING', 'AWSCURRENT'] as const);
  const held = await pMap(
    plan.checks,
    async (check) => ({ check, credential: await leafToProve(secrets, check, stages) }),
    { concurrency: 10 },
  );
  const probes = evidence === 'probe' ? await proveAccepted(probe, hosts, plan.scope, held) : 0;
  return { scope: plan.scope, provenAt: instant(clock()), evidence, probes };
}

export const handler = step(
  'verify',
  {
    reads,
    writes: verificationSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      probe: probeFromEnvironment(),
      hosts: hostsFromEnvironment(),
      clock: systemClock,
    }),
  },
  verify,
);
