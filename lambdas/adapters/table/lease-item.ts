import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { type Lease, leaseSchema } from '../../domain/memory/lease.ts';
import { awsError, isConditionUnmet } from '../aws/aws.ts';
import type { Table } from './table.ts';

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

/** Writes the lease where it still is as it was seen; false where it is not. Throws `LeaseUnavailable`. */
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

/** Changes some of the lease; false where the change's own condition does not hold. Throws `LeaseUnavailable`. */
export const amendLease = (
  { documents, tableName: TableName }: Table,
  change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<boolean> => unlessRaced(documents().then((table) => table.update({ TableName, Key, ...change })));

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
