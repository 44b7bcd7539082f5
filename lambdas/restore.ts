import pMap from 'p-map';
import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import type { LeafMove } from './adapters/secrets/leaf-move.ts';
import { type Former, type Found, wayBack } from './adapters/undo/way-back.ts';
import { isExcused } from './domain/cut/excuse.ts';
import { provenClients, type Suspect, soaksBegunAnew } from './domain/cut/suspects.ts';
import { documentSchema, type Restoration, restorationSchema } from './domain/document.ts';
import { mostPatient } from './domain/errors.ts';
import { asTold } from './domain/first-few.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true }).extend({
  /**
   * Before a rotation, only the clients in `plan.outside` are looked at: the rotation proves the clients that
   * it moves.
   */
  only: z.literal('outside').optional(),
});

type Reads = z.infer<typeof reads>;

/**
 * Moves clients back to the leaf they ran on before, if that one gets in and the new one does not. It looks
 * at clients that a halted run promoted, and at clients that a late call left outside. A client whose probe
 * says nothing, or that no leaf lets in on every host, stays as it is. The step then fails after all other
 * clients have been handled, and looks at that client again (I9, I10).
 */
export async function restore(
  ports: ProvingPorts & { manifests: Manifests },
  input: Reads,
): Promise<Restoration> {
  const { journal, clock } = ports;
  const leaves: LeafMove[] = [];
  const kept: string[] = [];
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  // A client that may be left behind is handled as far as possible, and does not fail the step. `excused:
  // 'silence'` only allowed a cut by the listing. It does not excuse a silent probe of a client that was
  // moved for that cut (I9).
  const unlessExcused = (check: Suspect) => (error: unknown) =>
    check.excused === 'anything' && isExcused(check, error) ? undefined : fail(error);
  const checks = await suspectsOf(ports.manifests, input);
  // One client that cannot be looked at must not leave the others outside: the failure comes after all of
  // them.
  const seen = await pMap(
    checks,
    async (check) => ({ check, found: await wayBack(ports, check, input.plan).catch(unlessExcused(check)) }),
    { concurrency: 10 },
  );
  for (const { check, found } of seen) {
    if (found?.to) {
      const move = await moveBack(ports, input, check, found.to).catch(fail);
      if (move) leaves.push(move);
      else if (move === null) kept.push(check.client);
    } else if (found) kept.push(check.client);
  }
  const restored = leaves.map(({ client }) => client);
  const detail = { restored, kept, alreadyBack: alreadyBack(seen), leaves, unknown: failures.length };
  await journal.record(entryOf(input, clock(), 'restored', detail));
  if (failures.length > 0) throw mostPatient(failures);
  return { restored: asTold(restored), kept: asTold(kept) };
}

/**
 * Returns the move, or null if somebody has put another version into the client's secret since the look: that
 * version is not ours to move.
 */
async function moveBack(
  { secrets, leases, journal, clock }: ProvingPorts,
  input: Reads,
  suspect: Suspect,
  { from, to, told }: Former,
): Promise<LeafMove | null> {
  const { client, secret } = suspect;
  const soaks = soaksBegunAnew(suspect, await journal.soaks());
  await journal.record(entryOf(input, clock(), 'restoring', { restoring: client, leaves: [told] }));
  await leases.demand(claimOf({ ...input, lease: input.plan.lease }));
  await journal.forgetSoaks(soaks);
  return (await secrets.restore(secret, { from, to })) ? told : null;
}

/**
 * Returns the clients that run on no promoted leaf. An earlier attempt may have moved them back without
 * hearing the answer.
 */
function alreadyBack(seen: readonly { check: Suspect; found: Found | undefined }[]): string[] {
  const byClient = Map.groupBy(seen, ({ check }) => check.client);
  return [...byClient].flatMap(([client, all]) =>
    all.every(({ found }) => found?.isPromoted === false) ? [client] : [],
  );
}

async function suspectsOf(manifests: Manifests, { plan, only }: Reads): Promise<Suspect[]> {
  const isAsked = plan.evidence === 'probe' && !only;
  return [...(isAsked ? provenClients(await manifests.whole(plan)) : []), ...(plan.outside ?? [])];
}

export const handler = step(
  'restore',
  {
    reads,
    writes: restorationSchema,
    ports: () => ({ ...provingPortsFromEnvironment(), manifests: manifestsFromEnvironment() }),
  },
  restore,
);
