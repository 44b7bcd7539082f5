import type * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { type MovePorts, moveClients } from './adapters/secrets/move-clients.ts';
import { secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { journalFromEnvironment } from './adapters/table/journal.ts';
import { leasesFromEnvironment } from './adapters/table/lease.ts';
import { systemClock } from './clock.ts';
import { documentSchema, type Promotion, promotionSchema } from './domain/document.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { entryOf } from './domain/memory/audit.ts';
import { soakForRun } from './domain/memory/soak.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true, verification: true }).required();

/** Makes the proven leaves current, so that the clients move over, and says until when both anchors stay (rule 5). */
export async function promote(
  ports: MovePorts & { manifests: Manifests },
  input: z.infer<typeof reads>,
): Promise<Promotion> {
  const { journal, clock } = ports;
  const { execution, verification } = input;
  const plan = await ports.manifests.whole(input.plan);
  const { promoted, alreadyCurrent, leaves } = await moveClients(ports, {
    execution,
    lease: input.plan.lease,
    promotions: plan.promotions,
    successors: new Set(plan.successions.map(({ successor }) => successor)),
  });
  const provenAt = Math.max(
    ...verification.flat().flatMap(({ provenAt }) => (provenAt ? secondsOf(provenAt) : [])),
  );
  const soak = soakForRun(plan, provenAt, await journal.soaks());
  await journal.rememberSoaks(soak.memories);
  await journal.forgetBegun(plan.successions);
  const soakUntil = instant(soak.until);
  const detail = { promoted, alreadyCurrent, leaves, soakUntil };
  await journal.record(entryOf(input, clock(), 'promoted', detail));
  return { promoted, alreadyCurrent, soakUntil };
}

export const handler = step(
  'promote',
  {
    reads,
    writes: promotionSchema,
    ports: () => ({
      secrets: secretsFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      manifests: manifestsFromEnvironment(),
      clock: systemClock,
    }),
  },
  promote,
);
