import type { Clock, Pause } from '../../clock.ts';
import { WindlassError } from '../../domain/errors.ts';
import { type Audited, claimOf, entryOf } from '../../domain/memory/audit.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Journal } from '../table/journal.ts';
import type { Leases } from '../table/lease.ts';
import { orSuperseded } from '../table/superseded.ts';
import { eachThatCan } from './each-client.ts';
import type { LeafMove } from './leaf-move.ts';
import { isCurrent, type Pending, pendingOf } from './pending-move.ts';
import type { Secrets } from './secrets.ts';

export type MovePorts = { secrets: Secrets; leases: Leases; journal: Journal; clock: Clock };

/**
 * The clients to move and their leaves, the run that moves them, and the scope if one scope moves its clients
 * by itself.
 */
type Moves = Audited & {
  lease?: { token: number } | undefined;
  promotions: Plan['promotions'];
  /** What the leaves lead to, scope by scope. */
  proven: readonly Pick<ScopePlan, 'checks' | 'successorIssuers' | 'retiringIssuers'>[];
  scope?: string;
  /**
   * Waits before a client is tried again that IAM refuses: during a deployment that may be every client, for
   * seconds. Absent when the machine itself tries again.
   */
  pause?: Pause;
};

/** What became of a move. */
type Moved = {
  promoted: string[];
  alreadyCurrent: string[];
  leaves: LeafMove[];
  /** Clients that stay on their leaf because their own secret has changed since the proof, or is broken. */
  stayed: ReadonlyMap<string, WindlassError>;
};

/**
 * Makes proven leaves current. A client whose secret has changed since the proof stays where it is, and does
 * not hold up the others (I17). Safe to run twice, and while another scope moves the same clients.
 */
export async function moveClients(ports: MovePorts, moves: Moves): Promise<Moved> {
  const { secrets, leases, journal, clock } = ports;
  const claim = claimOf(moves);
  // Another rotation may have taken over: its memories are not ours to write, even when no client has to
  // move.
  await leases.demand(claim);
  // Read soaks before clients: while a client still has to move, the soak that starts afterwards is not
  // stored yet.
  const soaks = await journal.soaks();
  const looking = () => whoHasToMove(secrets, moves);
  const { pending, alreadyCurrent, stayed, waited } = await orSuperseded(leases, claim, looking);
  // Another rotation may have taken over and moved these clients. Then their secrets are not at fault, and
  // the memories are not ours to write.
  if (stayed.size > 0 || waited) await leases.demand(claim);
  const leavesOf = (moved: readonly Pending[]) => moved.map(({ told }) => told);
  // A client that moves only now has to soak from now on: an older soak of this successor did not cover it.
  // This does not apply to a client that ran on another leaf of the same successor. Other successors keep the
  // soaks that they have served (I11).
  if (pending.length > 0) {
    const fromElsewhere = pending.filter(({ isRenewal }) => !isRenewal);
    const moving = new Set(fromElsewhere.map(({ client }) => client));
    const checks = moves.proven.flatMap((one) => one.checks);
    const successors = checks.flatMap((one) => (moving.has(one.client) ? one.successor : []));
    await journal.forgetSoaks(soaks.filter(({ successor }) => successors.includes(successor)));
    const detail = { promoting: pending.map(({ client }) => client), leaves: leavesOf(pending) };
    await journal.record(entryOf(moves, clock(), 'promoting', detail, moves.scope));
  }
  const how = { pause: moves.pause, first: () => leases.demand(claim) };
  const { kept } = await eachThatCan(pending, (promotion) => move(secrets, promotion), how);
  const shown = pending.filter(({ client }) => !kept.has(client));
  // A secret that is lost after its move concerns only its own client: what that client runs on is not known.
  const { kept: lost } = await eachThatCan(shown, (one) => demandCurrent(secrets, one), {
    pause: moves.pause,
  });
  for (const [client, error] of [...kept, ...lost]) stayed.set(client, error);
  const moved = shown.filter(({ client }) => !lost.has(client));
  return { promoted: moved.map(({ client }) => client), alreadyCurrent, leaves: leavesOf(moved), stayed };
}

async function whoHasToMove(secrets: Secrets, { promotions, proven, pause }: Moves) {
  const checks = proven.flatMap((scope) => scope.checks.map((check) => ({ check, scope })));
  const leading = Map.groupBy(checks, ({ check }) => check.client);
  const look = async (promotion: Plan['promotions'][number]) => ({
    client: promotion.client,
    staged: await pendingOf(secrets, promotion, leading.get(promotion.client) ?? []),
  });
  const { done, kept, waited } = await eachThatCan(promotions, look, { pause });
  return {
    waited,
    pending: done.flatMap(({ staged }) => staged ?? []),
    alreadyCurrent: done.flatMap(({ client, staged }) => (staged === null ? client : [])),
    stayed: kept,
  };
}

/**
 * Moves one client. Another scope may move the same client at the same time, so an error counts only if the
 * new leaf is not current afterwards.
 */
async function move(secrets: Secrets, promotion: Pending): Promise<void> {
  const { secret, from, to } = promotion;
  await secrets.promote(secret, { from, to }).catch(async (error) => {
    if (!(await isCurrent(secrets, promotion))) throw error;
  });
}

async function demandCurrent(secrets: Secrets, promotion: Plan['promotions'][number]): Promise<void> {
  if (await isCurrent(secrets, promotion)) return;
  const { client, secret } = promotion;
  throw new WindlassError(
    'SecretUnavailable',
    `client ${client} was promoted, but ${secret} does not show the new leaf as AWSCURRENT yet`,
  );
}
