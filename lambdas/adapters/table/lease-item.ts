import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { type Lease, leaseSchema } from '../../domain/memory/lease.ts';
import { awsError, isConditionUnmet } from '../aws/aws.ts';
import type { Table } from './table.ts';

const Key = { pk: 'lease', sk: 'lease' };

/** Made once: making a schema takes longer than using it. */
const heldSchema = leaseSchema.nullable();

/**
 * Returns the lease of the current holder, or of the last one; null before any run had it. Throws
 * `LeaseUnavailable`, or `AwsRefused` when the role may not make the call.
 */
export async function leaseIn({ documents, tableName: TableName }: Table): Promise<Lease | null> {
  const { Item } = await asked(
    documents().then((table) => table.get({ TableName, Key, ConsistentRead: true })),
  );
  const parsed = heldSchema.safeParse(Item ?? null);
  if (parsed.success) return parsed.data;
  const problems = badFields(parsed.error, 'the item');
  throw new WindlassError('LeaseUnavailable', `${TableName} holds a lease that cannot be read: ${problems}`);
}

/** Writes the lease if it is still as it was seen; returns false if it is not. Throws as `leaseIn` does. */
export const writeLease = (
  { documents, tableName: TableName }: Table,
  lease: Lease,
  seen: Lease | null,
): Promise<boolean> =>
  unlessRaced(
    documents().then((table) =>
      table.put({
        TableName,
        Item: { ...Key, ...lease },
        ...(seen ? unchanged(seen) : { ConditionExpression: 'attribute_not_exists(pk)' }),
      }),
    ),
  );

/**
 * Changes fields of the lease; returns false if the change's own condition does not hold. Throws as `leaseIn`
 * does.
 */
export const amendLease = (
  { documents, tableName: TableName }: Table,
  change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<boolean> => unlessRaced(documents().then((table) => table.update({ TableName, Key, ...change })));

/** Returns the condition that the lease is as it was read, in all fields that decide who may take it. */
const unchanged = ({ token, released, isUrgent }: Lease) => ({
  ConditionExpression: `#token = :token AND released = :released AND ${isUrgent === undefined ? 'attribute_not_exists(isUrgent)' : 'isUrgent = :urgent'}`,
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: {
    ':token': token,
    ':released': released,
    ...(isUrgent !== undefined && { ':urgent': isUrgent }),
  },
});

/** Returns false when the condition did not hold: another run was faster, or has taken over. */
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
