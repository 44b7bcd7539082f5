import type { Clock, Pause } from '../../clock.ts';
import { WindlassError } from '../../domain/errors.ts';
import { type Audited, claimOf, entryOf } from '../../domain/memory/audit.ts';
import type { ClientCheck, Plan } from '../../domain/plan-document.ts';
import type { Journal } from '../table/journal.ts';
import type { Leases } from '../table/lease.ts';
import { orSuperseded } from '../table/superseded.ts';
import { fingerprintOf } from '../x509/fingerprint.ts';
import { materialProblems } from '../x509/leaf-problems.ts';
import { certificatesIn } from '../x509/pem.ts';
import type { ClientCredential } from './client-credential.ts';
import { eachThatCan } from './each-client.ts';
import { isAsSeen } from './held-leaf.ts';
import type { Secrets } from './secrets.ts';

export type MovePorts = { secrets: Secrets; leases: Leases; journal: Journal; clock: Clock };

/** Who is to be moved to which leaf, by whom, and where that is one scope's own affair, in which. */
type Moves = Audited & {
  lease?: { token: number } | undefined;
  promotions: Plan['promotions'];
  /** What the leaves lead to. */
  checks: readonly Pick<ClientCheck, 'client' | 'successor'>[];
  scope?: string;
  /**
   * Lets time pass before what IAM refuses is asked about again: in a deployment that may be everybody's affair, for seconds. Absent
   * where the machine itself tries again.
   */
  pause?: Pause;
};

/** What became of a move: leaves by their SHA-256 fingerprints (hex), before and after. */
type Moved = {
  promoted: string[];
  alreadyCurrent: string[];
  leaves: { client: string; before: string | null; after: string }[];
  /** Who stays on the leaf that it has, by its own fault: its secret has changed since the proof. */
  stayed: ReadonlyMap<string, WindlassError>;
};

/**
 * Makes proven leaves current. A client whose secret has changed since the proof stays where it is, and holds up no other (I17).
 * Safe to run twice, and beside another scope that moves the same clients.
 */
export async function moveClients(ports: MovePorts, moves: Moves): Promise<Moved> {
  const { secrets, leases, journal, clock } = ports;
  const claim = claimOf(moves);
  // Another rotation may have taken over: what it remembers is not ours to write, even when nobody has to move.
  await leases.demand(claim);
  // Read soaks before clients: while a client still has to move, the soak that starts afterwards is not stored yet.
  const soaks = await journal.soaks();
  const looking = () => whoHasToMove(secrets, moves);
  const { pending, alreadyCurrent, stayed, waited } = await orSuperseded(leases, claim, looking);
  // Another rotation may have taken over and moved it: then it is nobody's fault, and what is remembered is not ours to write.
  if (stayed.size > 0 || waited) await leases.demand(claim);
  const leavesOf = (moved: readonly Pending[]) =>
    moved.map(({ client, before, leaf }) => ({ client, before, after: leaf }));
  // A client that moves only now has to soak from now on: an older soak of this successor did not cover it, unless it ran on another leaf of that one.
  // Other successors go on with the soaks that they have served (I11).
  if (pending.length > 0) {
    const fromElsewhere = pending.filter(({ before, renews }) => renews === undefined || before !== renews);
    const moving = new Set(fromElsewhere.map(({ client }) => client));
    const successors = moves.checks.flatMap((one) => (moving.has(one.client) ? one.successor : []));
    await journal.forgetSoaks(soaks.filter(({ successor }) => successors.includes(successor)));
    const detail = { promoting: pending.map(({ client }) => client), leaves: leavesOf(pending) };
    await journal.record(entryOf(moves, clock(), 'promoting', detail, moves.scope));
  }
  const how = { pause: moves.pause, first: () => leases.demand(claim) };
  const { kept } = await eachThatCan(pending, (promotion) => move(secrets, promotion), how);
  const shown = pending.filter(({ client }) => !kept.has(client));
  // A secret that is lost after its move is its own client's affair as well: what that one runs on is not known.
  const { kept: lost } = await eachThatCan(shown, (one) => demandCurrent(secrets, one), {
    pause: moves.pause,
  });
  for (const [client, error] of [...kept, ...lost]) stayed.set(client, error);
  const moved = shown.filter(({ client }) => !lost.has(client));
  return { promoted: moved.map(({ client }) => client), alreadyCurrent, leaves: leavesOf(moved), stayed };
}

/** A client that has to move: the version with the proven leaf, and the fingerprint of the leaf that it runs on. */
type Pending = Plan['promotions'][number] & { versionId: string; before: string | null };

async function whoHasToMove(secrets: Secrets, { promotions, pause }: Moves) {
  const look = async (promotion: Plan['promotions'][number]) => ({
    client: promotion.client,
    staged: await pendingOf(secrets, promotion),
  });
  const { done, kept, waited } = await eachThatCan(promotions, look, { pause });
  return {
    waited,
    pending: done.flatMap(({ staged }) => staged ?? []),
    alreadyCurrent: done.flatMap(({ client, staged }) => (staged === null ? client : [])),
    stayed: kept,
  };
}

/** Another scope may move the same client at the same time: what counts is the leaf that is current then. */
async function move(secrets: Secrets, { secret, versionId, leaf }: Pending): Promise<void> {
  await secrets.promote(secret, versionId).catch(async (error) => {
    if ((await currentLeaf(secrets, secret)) !== leaf) throw error;
  });
}

/** The version that waits as `AWSPENDING` with the proven leaf, or null when that leaf is current already. */
async function pendingOf(secrets: Secrets, promotion: Plan['promotions'][number]): Promise<Pending | null> {
  const { client, secret, leaf } = promotion;
  const before = await currentLeaf(secrets, secret);
  if (before === leaf) return null;
  const staged = await secrets.read(secret, 'AWSPENDING');
  if (staged && isProvenLeaf(staged, promotion))
    return { ...promotion, versionId: staged.versionId, before: before || null };
  // Another scope may have moved the client between the two looks.
  if ((await currentLeaf(secrets, secret)) === leaf) return null;
  throw new WindlassError(
    'LeafChanged',
    `client ${client} no longer has the proven leaf staged as ${secrets.stagedLabel ?? 'AWSPENDING'} in ${secret}: it was not moved. Stage the leaf again, and start a new run`,
  );
}

/** What is staged anew since the proof may have other certificates beside the same leaf, or another key: then nobody could get in by it (I19). */
const isProvenLeaf = (
  staged: ClientCredential,
  { leaf, ...seen }: Pick<Plan['promotions'][number], 'leaf' | 'chain'>,
): boolean => {
  const [certificate] = certificatesIn(staged.certificateChain);
  return (
    certificate !== undefined &&
    certificate !== null &&
    fingerprintOf(staged.certificateChain) === leaf &&
    isAsSeen(staged, seen) &&
    materialProblems(certificate, staged).length === 0
  );
};

async function currentLeaf(secrets: Secrets, secret: string): Promise<string | null> {
  const current = await secrets.read(secret, 'AWSCURRENT');
  return current && fingerprintOf(current.certificateChain);
}

async function demandCurrent(
  secrets: Secrets,
  { client, secret, leaf }: Plan['promotions'][number],
): Promise<void> {
  if ((await currentLeaf(secrets, secret)) === leaf) return;
  throw new WindlassError(
    'SecretUnavailable',
    `client ${client} was promoted, but ${secret} does not show the new leaf as AWSCURRENT yet`,
  );
}
