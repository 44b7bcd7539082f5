import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** All that a step does with the table: nothing scans it, and nothing deletes but by key. */
export const tableActions = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:Query',
] as const;

/** The organization's lease and journal (I11, I12): a few writes for each scope of a rotation. */
export function journalTable(scope: Construct): TableV2 {
  return new TableV2(scope, 'Journal', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // The audit trail has to be readable after the stack is gone, and must not go by accident.
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
  });
}
