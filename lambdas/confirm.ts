import pMap from 'p-map';
import type * as z from 'zod';
import { hostsFromEnvironment } from './adapters/environment.ts';
import { leafToProve, retiringLeaf } from './adapters/held-leaf.ts';
import { type Probe, probeFromEnvironment } from './adapters/probe.ts';
import { type Held, proveAccepted, proveRefused } from './adapters/prove.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets.ts';
import { type Clock, instant, systemClock } from './clock.ts';
import { type Confirmation, confirmationSchema, scopeDocumentSchema } from './domain/document.ts';
import { step } from './step.ts';

const reads = scopeDocumentSchema.pick({ execution: true, evidence: true, plan: true });

type Ports = { secrets: Secrets; probe: Probe; hosts: readonly string[]; clock: Clock };

/** Proves after the cut that the clients of a scope still get in, and that the retiring leaf no longer does (I10). */
export async function confirm(
  { secrets, probe, hosts, clock }: Ports,
  { evidence, plan }: z.infer<typeof reads>,
): Promise<Confirmation> {
  const nothing = { scope: plan.scope, confirmedAt: instant(clock()), evidence, probes: 0, refused: [] };
  if (evidence === 'listing') return nothing;
  const current = await pMap(
    plan.checks,
    async (check) => ({ check, credential: await leafToProve(secrets, check, ['AWSCURRENT']) }),
    { concurrency: 10 },
  );
  const accepted = await proveAccepted(probe, hosts, plan.scope, current);
  const retiring = await pMap(
    plan.checks,
    async (check): Promise<Held[]> => {
      const credential = await retiringLeaf(secrets, check);
      return credential ? [{ check, credential }] : [];
    },
    { concurrency: 10 },
  );
  const refused = await proveRefused(probe, hosts, plan.scope, retiring.flat());
  return {
    ...nothing,
    confirmedAt: instant(clock()),
    probes: accepted + refused,
    refused: [...new Set(retiring.flat().map(({ check }) => check.client))],
  };
}

export const handler = step(
  'confirm',
  {
    reads,
    writes: confirmationSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      probe: probeFromEnvironment(),
      hosts: hostsFromEnvironment(),
      clock: systemClock,
    }),
  },
  confirm,
);
