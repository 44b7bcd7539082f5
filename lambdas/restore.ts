import pMap from 'p-map';
import * as z from 'zod';
import { type Manifests, manifestsFromEnvironment } from './adapters/aws/manifests.ts';
import { createEntrance } from './adapters/hosts/entrance.ts';
import { type ProvingPorts, provingPortsFromEnvironment } from './adapters/hosts/proving.ts';
import type { ClientCredential } from './adapters/secrets/client-credential.ts';
import { isAsSeen } from './adapters/secrets/held-leaf.ts';
import { type LeafMove, leafMove } from './adapters/secrets/leaf-move.ts';
import { readPrevious } from './adapters/secrets/secrets.ts';
import { isExcused } from './domain/cut/excuse.ts';
import { provenClients, type Suspect, soaksBegunAnew } from './domain/cut/suspects.ts';
import { getsIn } from './domain/cut/verdict.ts';
import { documentSchema, type Restoration, restorationSchema } from './domain/document.ts';
import { mostPatient, WindlassError } from './domain/errors.ts';
import { asTold } from './domain/first-few.ts';
import { claimOf, entryOf } from './domain/memory/audit.ts';
import { step } from './step.ts';

const reads = documentSchema.pick({ execution: true, plan: true }).extend({
  /** Before a rotation nobody else is looked at: whom it moves, it proves. */
  only: z.literal('outside').optional(),
});

type Reads = z.infer<typeof reads>;

/**
 * Moves clients back to the leaf they ran on before, where that one works and the new one does not: after a halt those that were
 * promoted, and whom a late call has left outside. Whatever leaf is current has to be one that gets in. A client that nothing is known of, or that no
 * leaf lets in everywhere, is left as it is, and looked at again: the step fails for it when all others have been seen to (I9, I10).
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
  // Who may be left behind is looked after as far as it can be. That a cut may go by the listing says nothing of a client that was
  // moved for it: of one that has to get in a probe that says nothing is no pass (I9).
  const unlessExcused = (check: Suspect) => (error: unknown) =>
    check.excused === 'anything' && isExcused(check, error) ? undefined : fail(error);
  const checks = await suspectsOf(ports.manifests, input);
  // One client that cannot be looked at must not leave the others outside: the failure comes after all have been.
  const seen = await pMap(
    checks,
    async (check) => ({ check, found: await lookAt(ports, check, input.plan).catch(unlessExcused(check)) }),
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

/** From which version a client is to go back to which, and what the trail says of that. */
type Former = { from: string; to: string; told: LeafMove };
/** Whether a client runs on the promoted leaf, and what it is to go back to. */
type Found = { isPromoted: boolean; to: Former | null };

/** The move; null where somebody has given the client another version since it was looked at, which is nobody's to move away. */
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
 * Whether a client was moved from this version to its new leaf: an older one may have ended long ago, and says nothing of the move. Whom a late call
 * has left outside Plan has named, and nobody else waits for it where nothing lets it in (I17).
 */
const isRetiring = (
  previous: ClientCredential,
  { retiringLeaf: leaf, retiringChain: chain }: Suspect,
): boolean => leaf !== undefined && isAsSeen(previous, { leaf, chain });

/** Clients that run on no promoted leaf: an attempt that never heard the answer may have moved them back. */
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

/**
 * What a client runs on, and the previous version to go back to when the promoted leaf is turned away somewhere and the
 * previous one everywhere let in. Throws `ProbeInconclusive` or `ProbeRefused` where a host does not say, and `SuccessorRefused` where neither leaf of
 * a move gets in everywhere: the client may be outside, and another look may help it in (I9). A host hears of an undo late.
 */
async function lookAt(
  { secrets, hosts, ...wires }: ProvingPorts,
  suspect: Suspect,
  { evidence }: Reads['plan'],
): Promise<Found> {
  const { client, secret } = suspect;
  const entrance = createEntrance(wires);
  const isLetIn = async (held: ClientCredential, which: string): Promise<boolean> =>
    getsIn(
      await Promise.all(hosts.map((host) => entrance.pass(host, held))),
      `client ${client} with its ${which} leaf`,
    );
  const current = await secrets.read(secret, 'AWSCURRENT');
  if (!current || !isAsSeen(current, suspect)) return { isPromoted: false, to: null };
  const isProven = evidence === 'probe';
  if (isProven && (await isLetIn(current, 'new'))) return { isPromoted: true, to: null };
  const previous = await readPrevious(secrets, secret);
  if (!previous) return { isPromoted: true, to: null };
  const told = leafMove(client, current.certificateChain, previous.certificateChain);
  // Where nothing is probed, the leaves alone have told the plan who is outside and what to go back to.
  const seen = { leaf: suspect.previous, chain: suspect.previousChain };
  const getsInBefore = isProven ? await isLetIn(previous, 'old') : isAsSeen(previous, seen);
  if (!getsInBefore && isRetiring(previous, suspect))
    throw new WindlassError(
      'SuccessorRefused',
      `neither the new leaf of client ${client} nor its old one gets in on every host: stage one that does`,
    );
  return {
    isPromoted: true,
    to: getsInBefore ? { from: current.versionId, to: previous.versionId, told } : null,
  };
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
