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

/** The lease as its new holder has it, or who has it. */
export type Taken =
  | ({ held: true } & Pick<Lease, 'token' | 'lateUntil' | 'isUrgent'>)
  | { held: false; by: Lease };

/** One rotation at a time per organization (I12). Every method throws a WindlassError and nothing else. */
export interface Leases {
  /** Takes, keeps or takes over the lease; `held: false` names the execution that has it. Safe to run twice. */
  take(asking: Asking): Promise<Taken>;
  /** Says whether this claim's run cuts what is compromised; fine when it no longer has the lease. */
  tell(claim: Required<Omit<Claim, 'mayBeFree'>> & { isUrgent: boolean }): Promise<void>;
  /** Throws `Superseded` unless the lease is still this claim's; asked right before every change. */
  demand(claim: Claim): Promise<void>;
  /** Whether its holder's execution runs, whoever has the lease by now. */
  isAtWork(lease: Lease): Promise<boolean>;
  /** Whether anybody has it, at work or not. */
  isTaken(): Promise<boolean>;
  /** Whether this execution has it, or was the last to, and took it from another, which goes on with nothing any more. */
  hasTakenOver(execution: string): Promise<boolean>;
  /**
   * Whether another has taken it since this execution began, or had it by this token, and has not died with it: that one has set the schedule, or will.
   */
  isTakenSince(execution: { id: string; startedAt: string; token?: number | undefined }): Promise<boolean>;
  /** Frees the lease if this execution still has it, or was the last to have it; false where another has taken it since. */
  release(execution: string): Promise<boolean>;
}

/** How long after it has taken the lease an execution shows at the latest, by whatever clock, in seconds. */
const SHOWN = 600;

/** How often a claim is tried again when another one slips in between its read and its write. */
const RACES = 5;

/** The lease as one item of the table, written only under the condition that it is as it was read. */
export function dynamoLeases(table: Table, executions: Executions, clock: Clock): Leases {
  async function isAtWork({ holder, takenAt }: Lease): Promise<boolean> {
    const runs = await executions.running(holder);
    if (runs === null && secondsOf(takenAt) > clock() - SHOWN)
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
        // Whoever takes it in any case waits for nobody's word on its holder (I16).
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
          // Whoever looks while this run plans leaves to it what both have seen.
          ...(insteadOf !== undefined && { isUrgent: true }),
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
      return lease?.holder === execution && (lease.isUrgent === true || lease.lateUntil !== undefined);
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

/** The lease in the table that the environment names. */
export const leasesFromEnvironment = (): Leases =>
  dynamoLeases(tableFromEnvironment(), stepFunctionsExecutions(), systemClock);

/** What its holder goes by. */
const toHolder = ({ token, lateUntil, isUrgent }: Lease) => ({
  token,
  lateUntil,
  ...(isUrgent && { isUrgent }),
});
