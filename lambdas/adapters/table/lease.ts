import { type Clock, systemClock } from '../../clock.ts';
import { WindlassError } from '../../domain/errors.ts';
import { instant, secondsOf } from '../../domain/instant.ts';
import {
  type Asking,
  type Claim,
  decideLease,
  type Lease,
  lateCallsUntil,
} from '../../domain/memory/lease.ts';
import { type Executions, stepFunctionsExecutions } from '../aws/executions.ts';
import { amendLease, leaseIn, writeLease } from './lease-item.ts';
import { type Table, tableFromEnvironment } from './table.ts';

/** The lease as its new holder has it, or the lease of the run that has it. */
export type Taken =
  | ({ held: true } & Pick<Lease, 'token' | 'lateUntil' | 'isUrgent' | 'isInstead'>)
  | { held: false; by: Lease };

/** Allows one rotation at a time per organization (I12). Every method throws only WindlassErrors. */
export interface Leases {
  /**
   * Takes, keeps or takes over the lease. `held: false` has the lease of the execution that holds it. Safe to
   * run twice.
   */
  take(asking: Asking): Promise<Taken>;
  /**
   * Stores whether other runs must leave this claim's run alone: it cuts something compromised, or only
   * finishes unconfirmed cuts. Does nothing if the run no longer has the lease.
   */
  tell(claim: Required<Omit<Claim, 'mayBeFree'>> & { isUrgent: boolean }): Promise<void>;
  /** Throws `Superseded` unless the lease is still this claim's. Called right before every change. */
  demand(claim: Claim): Promise<void>;
  /** Whether the execution of this lease's holder still runs, whoever has the lease by now. */
  isAtWork(lease: Lease): Promise<boolean>;
  /** Whether any execution has the lease, running or not. */
  isTaken(): Promise<boolean>;
  /**
   * Whether this execution has the lease, or had it last, and took it from another run, which does nothing
   * more.
   */
  hasTakenOver(execution: string): Promise<boolean>;
  /**
   * Whether another run has taken the lease since this execution began, or since it had the lease with this
   * token. That run has set the schedule, or will. A run that died without freeing the lease does not count.
   */
  isTakenSince(execution: { id: string; startedAt: string; token?: number | undefined }): Promise<boolean>;
  /**
   * Frees the lease if this execution has it, or had it last. Returns false if another has taken it since.
   */
  release(execution: string): Promise<boolean>;
}

/**
 * How long after it took the lease an execution shows in Step Functions at the latest, by any clock, in
 * seconds.
 */
const SHOWN = 600;

/** How often taking the lease is tried again when another run writes between the read and the write. */
const RACES = 5;

/** The lease as one item of the table, written only on condition that it is as it was read. */
export function dynamoLeases(table: Table, executions: Executions, clock: Clock): Leases {
  async function isAtWork({ holder, takenAt }: Lease): Promise<boolean> {
    // Read before the question: the answer may take minutes, and says what was shown when it was asked.
    const asked = clock();
    const runs = await executions.running(holder);
    if (runs === null && secondsOf(takenAt) > asked - SHOWN)
      throw new WindlassError(
        'LeaseUnavailable',
        `Step Functions does not know ${holder} yet, which has just taken the lease: a new execution may show minutes later`,
      );
    return runs ?? false;
  }

  return {
    async take(asking) {
      const { execution, mode, insteadOf } = asking;
      for (let race = 0; race < RACES; race++) {
        const seen = await leaseIn(table);
        const decideIf = (holderRuns: boolean) => decideLease(seen, { ...asking, holderRuns });
        // Step Functions is asked about the holder only if the answer matters: a run that takes the lease in
        // any case does not wait for it (I16).
        const isOpen = seen && decideIf(true) !== decideIf(false);
        const decision = decideIf(isOpen ? await isAtWork(seen) : true);
        if (seen && decision === 'busy') return { held: false, by: seen };
        if (seen && decision === 'keep') return { held: true, ...toHolder(seen) };
        const token = (seen?.token ?? 0) + 1;
        const lateUntil = lateCallsUntil(seen, decision, clock());
        const takenAt = instant(clock());
        const lease = {
          holder: execution,
          mode,
          token,
          takenAt,
          released: false,
          // A run that looks while this run plans leaves to this run what both have seen.
          ...(insteadOf !== undefined && { isUrgent: true, isInstead: true }),
          ...(lateUntil && { lateUntil }),
        };
        if (await writeLease(table, lease, seen)) return { held: true, ...toHolder(lease) };
      }
      throw new WindlassError(
        'LeaseUnavailable',
        `the lease changed hands ${RACES} times while it was asked for`,
      );
    },
    async tell({ execution, token, isUrgent }) {
      await amendLease(table, {
        UpdateExpression: 'SET isUrgent = :urgent',
        ConditionExpression: 'holder = :execution AND #token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':urgent': isUrgent, ':execution': execution, ':token': token },
      });
    },
    async demand({ execution, token, mayBeFree = false }) {
      const lease = await leaseIn(table);
      const isTheirs = lease?.holder === execution && (token === undefined || lease.token === token);
      if (lease && (!lease.released || mayBeFree) && isTheirs) return;
      const now = lease && !lease.released ? `${lease.holder} (${lease.mode}) has it` : 'nobody has it';
      throw new WindlassError(
        'Superseded',
        `this execution no longer has the lease: ${now}. It changes nothing more; the next run takes up what it left`,
      );
    },
    isAtWork,
    isTaken: async () => (await leaseIn(table))?.released === false,
    async hasTakenOver(execution) {
      const lease = await leaseIn(table);
      return lease?.holder === execution && (lease.isInstead === true || lease.lateUntil !== undefined);
    },
    async isTakenSince({ id, startedAt, token }) {
      const lease = await leaseIn(table);
      if (!lease || lease.holder === id) return false;
      const isSince = token === undefined ? lease.takenAt > startedAt : lease.token > token;
      return isSince && (lease.released || isAtWork(lease));
    },
    release: (execution) =>
      amendLease(table, {
        UpdateExpression: 'SET released = :true',
        ConditionExpression: 'holder = :execution',
        ExpressionAttributeValues: { ':true': true, ':execution': execution },
      }),
  };
}

/** Returns the lease in the table that the environment names. */
export const leasesFromEnvironment = (): Leases =>
  dynamoLeases(tableFromEnvironment(), stepFunctionsExecutions(), systemClock);

/** The fields that the holder needs. */
const toHolder = ({ token, lateUntil, isUrgent, isInstead }: Lease) => ({
  token,
  lateUntil,
  ...(isUrgent && { isUrgent }),
  ...(isInstead && { isInstead }),
});
