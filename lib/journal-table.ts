import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * What a step does to the table, by partition key. No step scans the table, or writes to a partition that it
 * has no reason to write to.
 */
export type TableReach = Partial<Record<Partition, readonly TableAction[]>>;

type Partition =
  | 'lease'
  | 'rotation'
  | 'audit'
  | 'compromised'
  | 'seen'
  | 'begun'
  | 'soak'
  | 'cut'
  | 'told'
  | 'looked'
  | 'success'
  | 'child'
  | 'verdict'
  | 'proven'
  | 'made'
  | 'misplaced'
  | 'silent'
  | 'stop';
type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** The policy statements for exactly that. */
export const tableStatements = (table: TableV2, reach: TableReach): PolicyStatement[] =>
  Object.entries(reach).map(
    ([partition, actions]) =>
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [partition] } },
      }),
  );

/**
 * The table of the organization's lease and journal (I11, I12). A rotation makes a few writes for each scope.
 */
export function journalTable(scope: Construct): TableV2 {
  return new TableV2(scope, 'Journal', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // The audit trail has to be readable after the stack is gone, and must not be deleted by accident.
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
  });
}
