import type * as z from 'zod';
import { fingerprintOf } from './adapters/leaf.ts';
import { type Secrets, secretsFromEnvironment } from './adapters/secrets.ts';
import { instant } from './clock.ts';
import { documentSchema, type Plan, type Promotion, promotionSchema } from './domain/document.ts';
import { WindlassError } from './domain/errors.ts';
import { soakEnd } from './domain/timing.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true, verification: true }).required();

type Ports = { secrets: Secrets };

/** Makes the proven leaves current, so that the clients move over, and says until when both anchors stay (rule 5). */
export async function promote(
  { secrets }: Ports,
  { plan, verification }: z.infer<typeof reads>,
): Promise<Promotion> {
  const alreadyCurrent: string[] = [];
  const pending: { client: string; secret: string; leaf: string; versionId: string }[] = [];
  // Every client is looked at before the first is moved: a leaf that changed since the proof moves nobody.
  for (const promotion of plan.promotions) {
    const versionId = await pendingVersion(secrets, promotion);
    if (versionId === null) alreadyCurrent.push(promotion.client);
    else pending.push({ ...promotion, versionId });
  }
  for (const { secret, versionId } of pending) await secrets.promote(secret, versionId);
  for (const promotion of pending) await demandCurrent(secrets, promotion);
  const provenAt = Math.max(...verification.flat().map((proof) => Date.parse(proof.provenAt) / 1000));
  return {
    promoted: pending.map(({ client }) => client),
    alreadyCurrent,
    soakUntil: instant(soakEnd({ provenAt, ...plan, retiringExpiries: retiringExpiries(plan) })),
  };
}

/** The version that waits as `AWSPENDING` with the proven leaf, or null when that leaf is current already. */
async function pendingVersion(
  secrets: Secrets,
  { client, secret, leaf }: Plan['promotions'][number],
): Promise<string | null> {
  const current = await secrets.read(secret, 'AWSCURRENT');
  if (current && fingerprintOf(current.certificateChain) === leaf) return null;
  const staged = await secrets.read(secret, 'AWSPENDING');
  if (staged && fingerprintOf(staged.certificateChain) === leaf) return staged.versionId;
  throw new WindlassError(
    'LeafChanged',
    `client ${client} no longer has the proven leaf staged as AWSPENDING in ${secret}: nobody was promoted; start a new run`,
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

const retiringExpiries = (plan: Plan): number[] =>
  plan.successions.map(({ retiringExpiresAt }) => Date.parse(retiringExpiresAt) / 1000);

export const handler = step(
  'promote',
  { reads, writes: promotionSchema, ports: () => ({ secrets: secretsFromEnvironment() }) },
  promote,
);
