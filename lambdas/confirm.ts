import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { proveAccepted, proveRefused } from './adapters/hosts/prove.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import { recordingVerdicts } from './adapters/hosts/recording-verdicts.ts';
import { leafToProve, retiringLeaf } from './adapters/secrets/held-leaf.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import {
  type Confirmation,
  confirmationSchema,
  type ScopePlan,
  scopeDocumentSchema,
} from './domain/document.ts';
import { instant } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({
  execution: true,
  evidence: true,
  plan: true,
  deactivation: true,
  lease: true,
});

/** Proves after the cut that the clients of a scope still get in, and that the retiring leaf no longer does (I10). */
export async function confirm(
  ports: ProvingPorts & { manifests: Manifests },
  input: z.infer<typeof reads>,
): Promise<Confirmation> {
  const { leases, journal, clock } = ports;
  const { evidence } = input;
  const plan = await ports.manifests.share(input.plan);
  const { scope } = plan;
  const successions = plan.successions.filter(({ held }) => !held);
  const named = plan.evidence ?? evidence;
  const record = (seen: object) =>
    journal.record(entryOf(input, clock(), 'confirmed', { evidence: named, ...seen }, scope));
  const { judgedElsewhere = [] } = input.deactivation ?? {};
  const proof = () => recordingVerdicts(record, () => proveCut(ports, plan, judgedElsewhere));
  const seen =
    evidence === 'probe' ? await orSuperseded(leases, claimOf(input), proof) : { probes: 0, refused: [] };
  // Another rotation may have taken over: what it remembers is not ours to forget.
  await leases.demand(claimOf(input));
  await journal.forgetCuts(successions.map(({ retiring }) => ({ scope, retiring })));
  await record(seen);
  return { scope, confirmedAt: instant(clock()), evidence: named, ...seen };
}

/** The probes after the cut: first that clients get in, since that is what an undo could still save. */
async function proveCut(
  { secrets, probe, hosts }: ProvingPorts,
  { scope, checks }: ScopePlan,
  judgedElsewhere: readonly string[],
) {
  const about = { probe, hosts, scope, checks };
  const accepted = await proveAccepted({
    ...about,
    heldBy: async (check) => ({ credential: await leafToProve(secrets, check, ['AWSCURRENT']) }),
  });
  const seen = new Set<string>();
  const refused = await proveRefused({
    ...about,
    // A client's old leaf that gets in by another scope as yet is looked at when that one has been cut (I10).
    checks: checks.filter(({ client }) => !judgedElsewhere.includes(client)),
    async heldBy(check) {
      const credential = await retiringLeaf(secrets, check);
      if (credential) seen.add(check.client);
      return credential && { credential };
    },
  });
  return { probes: accepted + refused, refused: [...seen] };
}

export const handler = step(
  'confirm',
  {
    reads,
    writes: confirmationSchema,
    ports: () => ({ ...provingPortsFromEnvironment(), manifests: manifestsFromEnvironment() }),
  },
  confirm,
);
