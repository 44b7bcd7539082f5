import type * as z from 'zod';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets/secrets.ts';
import { type Journal, journalFromEnvironment } from './adapters/table/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/table/lease.ts';
import { orSuperseded } from './adapters/table/superseded.ts';
import { fingerprintOf } from './adapters/x509/leaf.ts';
import { type Clock, systemClock } from './clock.ts';
import { documentSchema, type Plan, type Promotion, promotionSchema } from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { instant, secondsOf } from './domain/instant.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { soakForRun } from './domain/memory/soak.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true, verification: true }).required();

type Ports = { secrets: Secrets; leases: Leases; journal: Journal; clock: Clock };

/** Makes the proven leaves current, so that the clients move over, and says until when both anchors stay (rule 5). */
export async function promote(ports: Ports, input: z.infer<typeof reads>): Promise<Promotion> {
  const { secrets, leases, journal, clock } = ports;
  const { plan, verification } = input;
  const claim = claimOf({ ...input, lease: plan.lease });
  // Another rotation may have taken over: what it remembers is not ours to write, even when nobody has to move.
  await leases.demand(claim);
  // Read soaks before clients: while a client still has to move, the soak that starts afterwards is not stored yet.
  const soaks = await journal.soaks();
  // Look at every client before the first one moves: if a leaf has changed since the proof, nobody is moved.
  const looking = () => whoHasToMove(secrets, plan);
  const { pending, alreadyCurrent } = await orSuperseded(leases, claim, looking);
  const leaves = pending.map(({ client, before, leaf }) => ({ client, before, after: leaf }));
  const promoted = pending.map(({ client }) => client);
  // A client that moves only now has to soak from now on: an older soak of this successor did not cover it.
  if (pending.length > 0) {
    const successors = new Set(plan.successions.map(({ successor }) => successor));
    await journal.forgetSoaks(soaks.filter(({ successor }) => successors.has(successor)));
    await journal.record(entryOf(input, clock(), 'promoting', { promoting: promoted, leaves }));
  }
  for (const { secret, versionId } of pending) {
    await leases.demand(claim);
    await secrets.promote(secret, versionId);
  }
  for (const promotion of pending) await demandCurrent(secrets, promotion);

  const provenAt = Math.max(...verification.flat().map((proof) => secondsOf(proof.provenAt)));
  const soak = soakForRun(plan, provenAt, await journal.soaks());
  await journal.rememberSoaks(soak.memories);
  await journal.forgetBegun(plan.successions);
  const soakUntil = instant(soak.until);
  const detail = { promoted, alreadyCurrent, leaves, soakUntil };
  await journal.record(entryOf(input, clock(), 'promoted', detail));
  return { promoted, alreadyCurrent, soakUntil };
}

/** A client that has to move: the version with the proven leaf, and the fingerprint of the leaf that it runs on. */
type Pending = Plan['promotions'][number] & { versionId: string; before: string | null };

async function whoHasToMove(
  secrets: Secrets,
  { promotions }: Plan,
): Promise<{ pending: Pending[]; alreadyCurrent: string[] }> {
  const pending: Pending[] = [];
  const alreadyCurrent: string[] = [];
  for (const promotion of promotions) {
    const staged = await pendingOf(secrets, promotion);
    if (staged === null) alreadyCurrent.push(promotion.client);
    else pending.push(staged);
  }
  return { pending, alreadyCurrent };
}

/** The version that waits as `AWSPENDING` with the proven leaf, or null when that leaf is current already. */
async function pendingOf(secrets: Secrets, promotion: Plan['promotions'][number]): Promise<Pending | null> {
  const { client, secret, leaf } = promotion;
  const current = await secrets.read(secret, 'AWSCURRENT');
  const before = current && fingerprintOf(current.certificateChain);
  if (before === leaf) return null;
  const staged = await secrets.read(secret, 'AWSPENDING');
  if (staged && fingerprintOf(staged.certificateChain) === leaf)
    return { ...promotion, versionId: staged.versionId, before: before || null };
  throw new WindlassError(
    'LeafChanged',
    `client ${client} no longer has the proven leaf staged as ${secrets.stagedLabel ?? 'AWSPENDING'} in ${secret}: nobody was promoted; start a new run`,
  );
}

async function demandCurrent(
  secrets: Secrets,
  { client, secret, leaf }: Plan['promotions'][number],
): Promise<void> {
  const current = await secrets.read(secret, 'AWSCURRENT');
  if (current && fingerprintOf(current.certificateChain) === leaf) return;
  throw new WindlassError(
    'SecretUnavailable',
    `client ${client} was promoted, but ${secret} does not show the new leaf as AWSCURRENT yet`,
  );
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
      clock: systemClock,
    }),
  },
  promote,
);
