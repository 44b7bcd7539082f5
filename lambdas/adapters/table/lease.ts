import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Clock, systemClock } from '../../clock.ts';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { instant } from '../../domain/instant.ts';
import {
  type Asking,
  type Claim,
  decideLease,
  type Lease,
  lateCallsUntil,
  leaseSchema,
} from '../../domain/memory/lease.ts';
import { awsError, isConditionUnmet } from '../aws/aws.ts';
import { type Executions, stepFunctionsExecutions } from '../aws/executions.ts';
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
  tell(claim: Required<Claim> & { isUrgent: boolean }): Promise<void>;
  /** Throws `Superseded` unless the lease is still this claim's; asked right before every change. */
  demand(claim: Claim): Promise<void>;
  /** Frees the lease if this execution still has it; fine when it does not. */
  release(execution: string): Promise<void>;
}

/** How often a claim is tried again when another one slips in between its read and its write. */
const RACES = 5;

const Key = { pk: 'lease', sk: 'lease' };

/** Made once: a schema takes longer to make than to use. */
const heldSchema = leaseSchema.nullable();

/** Who has the lease, or had it last; null before anybody had. Throws `LeaseUnavailable`. */
export async function leaseIn({ documents, tableName: TableName }: Table): Promise<Lease | null> {
  const { Item } = await asked(
    documents().then((table) => table.get({ TableName, Key, ConsistentRead: true })),
  );
  const parsed = heldSchema.safeParse(Item ?? null);
  if (parsed.success) return parsed.data;
  const problems = badFields(parsed.error, 'the item');
  throw new WindlassError('LeaseUnavailable', `${TableName} holds a lease that cannot be read: ${problems}`);
}

/** The lease as one item of the table, written only under the condition that it is as it was read. */
export function dynamoLeases(
  { documents, tableName: TableName }: Table,
  executions: Executions,
  clock: Clock,
): Leases {
  const current = (): Promise<Lease | null> => leaseIn({ documents, tableName: TableName });
  const write = (lease: Lease, seen: Lease | null): Promise<boolean> =>
    unlessRaced(
      documents().then((table) =>
        table.put({
          TableName,
          Item: { ...Key, ...lease },
          ...(seen ? unchanged(seen) : { ConditionExpression: 'attribute_not_exists(pk)' }),
        }),
      ),
    );
  const amend = (change: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<boolean> =>
    unlessRaced(documents().then((table) => table.update({ TableName, Key, ...change })));
  return {
    async take({ execution, mode, isUrgent = false }) {
      for (let race = 0; race < RACES; race++) {
        const seen = await current();
        const holderRuns = seen && !seen.released ? await executions.running(seen.holder) : false;
        const decision = decideLease(seen, { execution, mode, isUrgent, holderRuns });
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
          ...(isUrgent && { isUrgent }),
          ...(lateUntil && { lateUntil }),
        };
        if (await write(lease, seen)) return { held: true, ...toHolder(lease) };
      }
      throw new WindlassError(
        'LeaseUnavailable',
        `the lease changed hands ${RACES} times while it was asked for`,
      );
    },
    async tell({ execution, token, isUrgent }) {
      await amend({
        UpdateExpression: 'SET isUrgent = :urgent',
        ConditionExpression: 'holder = :execution AND #token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':urgent': isUrgent, ':execution': execution, ':token': token },
      });
    },
    async demand({ execution, token }) {
      const lease = await current();
      const isTheirs = lease?.holder === execution && (token === undefined || lease.token === token);
      if (lease && !lease.released && isTheirs) return;
      const now = lease && !lease.released ? `${lease.holder} (${lease.mode}) has it` : 'nobody has it';
      throw new WindlassError(
        'Superseded',
        `this execution no longer has the lease: ${now}. It changes nothing more; the next run takes up what it left`,
      );
    },
    async release(execution) {
      await amend({
        UpdateExpression: 'SET released = :true',
        ConditionExpression: 'holder = :execution',
        ExpressionAttributeValues: { ':true': true, ':execution': execution },
      });
    },
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

/** Holds while the lease is as it was read, in all that decides who may take it. */
const unchanged = ({ token, released, isUrgent }: Lease) => ({
  ConditionExpression: `#token = :token AND released = :released AND ${isUrgent === undefined ? 'attribute_not_exists(isUrgent)' : 'isUrgent = :urgent'}`,
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: {
    ':token': token,
    ':released': released,
    ...(isUrgent !== undefined && { ':urgent': isUrgent }),
  },
});

/** False when the condition did not hold: somebody else was faster, or has taken over. */
async function unlessRaced(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionUnmet(error)) return false;
    throw unavailable(error);
  }
}

async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw unavailable(error);
  }
}

const unavailable = (error: unknown): WindlassError =>
  awsError('LeaseUnavailable', 'DynamoDB did not answer for the lease', error);
