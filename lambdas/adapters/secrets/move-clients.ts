import pMap from 'p-map';
import type { Clock, Pause } from '../../clock.ts';
import { gravest, WindlassError } from '../../domain/errors.ts';
import { type Audited, claimOf, entryOf } from '../../domain/memory/audit.ts';
import type { Plan } from '../../domain/plan-document.ts';
import { clientsAtOnce } from '../clients-at-once.ts';
import type { Journal } from '../table/journal.ts';
import type { Leases } from '../table/lease.ts';
import { orSuperseded } from '../table/superseded.ts';
import { fingerprintOf } from '../x509/leaf.ts';
import { isOwnFault } from './read-clients.ts';
import type { Secrets } from './secrets.ts';

export type MovePorts = { secrets: Secrets; leases: Leases; journal: Journal; clock: Clock };

/** Who is to be moved to which leaf, by whom, and where that is one scope's own affair, in which. */
type Moves = Audited & {
  lease?: { token: number } | undefined;
  promotions: Plan['promotions'];
  /** The anchors that the leaves lead to. */
  successors: ReadonlySet<string>;
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
  // A client that moves only now has to soak from now on: an older soak of this successor did not cover it.
  if (pending.length > 0) {
    await journal.forgetSoaks(soaks.filter(({ successor }) => moves.successors.has(successor)));
    const detail = { promoting: pending.map(({ client }) => client), leaves: leavesOf(pending) };
    await journal.record(entryOf(moves, clock(), 'promoting', detail, moves.scope));
  }
  const { kept } = await eachThatCan(moves, pending, (promotion) => move(secrets, promotion), {
    first: () => leases.demand(claim),
  });
  for (const [client, error] of kept) stayed.set(client, error);
  const moved = pending.filter(({ client }) => !kept.has(client));
  await eachOf(moved, (promotion) => demandCurrent(secrets, promotion));
  return { promoted: moved.map(({ client }) => client), alreadyCurrent, leaves: leavesOf(moved), stayed };
}

/** A client that has to move: the version with the proven leaf, and the fingerprint of the leaf that it runs on. */
type Pending = Plan['promotions'][number] & { versionId: string; before: string | null };

async function whoHasToMove(secrets: Secrets, moves: Moves) {
  const { done, kept, waited } = await eachThatCan(moves, moves.promotions, async (promotion) => ({
    client: promotion.client,
    staged: await pendingOf(secrets, promotion),
  }));
  return {
    waited,
    pending: done.flatMap(({ staged }) => staged ?? []),
    alreadyCurrent: done.flatMap(({ client, staged }) => (staged === null ? client : [])),
    stayed: kept,
  };
}

/** Seconds after which those are asked about again whom a role may not touch: IAM tells everybody of a policy within them. */
const IAM_WAITS = [5, 10, 20];

/**
 * Does something for each client. `kept` are those that it cannot be done for by their own secret's fault (I17); anything else is
 * thrown on, and so is whatever `first` throws, which comes before each. `waited`: what IAM refused was asked about again.
 */
async function eachThatCan<T extends { client: string }, R>(
  { pause }: Pick<Moves, 'pause'>,
  clients: readonly T[],
  act: (client: T) => Promise<R>,
  { first = async () => {} }: { first?: () => Promise<void> } = {},
): Promise<{ done: R[]; kept: Map<string, WindlassError>; waited: boolean }> {
  const kept = new Map<string, WindlassError>();
  const once = async (some: readonly T[]): Promise<R[]> => {
    const all = await eachOf(some, async (one) => {
      await first();
      return act(one).then(asDone, asKept(kept, one.client));
    });
    return all.flatMap((one) => (one ? one.done : []));
  };
  const done = await once(clients);
  let waited = false;
  for (const seconds of pause ? IAM_WAITS : []) {
    const refused = clients.filter(({ client }) => kept.get(client)?.name === 'AwsRefused');
    if (refused.length === 0) break;
    await pause?.(seconds);
    waited = true;
    for (const { client } of refused) kept.delete(client);
    done.push(...(await once(refused)));
  }
  return { done, kept, waited };
}

const asDone = <R>(done: R) => ({ done });

/** Keeps a client where it is for what is its own secret's fault; anything else is thrown on. */
const asKept =
  (kept: Map<string, WindlassError>, client: string) =>
  (error: unknown): undefined => {
    if (!isOwnFault(error) && !(error instanceof WindlassError && error.name === 'LeafChanged')) throw error;
    kept.set(client, error);
  };

/** Does something for each client, several at a time, whatever becomes of the others; throws the gravest of what went wrong. */
async function eachOf<T, R>(clients: readonly T[], act: (client: T) => Promise<R>): Promise<R[]> {
  try {
    return await pMap(clients, act, { concurrency: clientsAtOnce(clients.length), stopOnError: false });
  } catch (error) {
    throw error instanceof AggregateError ? gravest(error.errors) : error;
  }
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
  if (staged && fingerprintOf(staged.certificateChain) === leaf)
    return { ...promotion, versionId: staged.versionId, before: before || null };
  // Another scope may have moved the client between the two looks.
  if ((await currentLeaf(secrets, secret)) === leaf) return null;
  throw new WindlassError(
    'LeafChanged',
    `client ${client} no longer has the proven leaf staged as ${secrets.stagedLabel ?? 'AWSPENDING'} in ${secret}: it was not moved. Stage the leaf again, and start a new run`,
  );
}

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
