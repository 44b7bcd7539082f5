import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** A topic, and the key that encrypts its messages. */
export type EncryptedTopic = { topic: Topic; key: Key };

/**
 * The encrypted topic for alarms. CloudWatch cannot use the key that AWS manages for SNS, so the topic has a
 * key of its own.
 */
export function alarmTopic(scope: Construct, stack: Stack): EncryptedTopic {
  const key = new Key(scope, 'Key', {
    description: 'Encrypts Windlass alarms on their way through SNS',
    enableKeyRotation: true,
    // Nothing stays encrypted with it after the alarms are delivered.
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  // Without a condition: AWS documents none for the use of a key by alarms, and a wrong one would silence
  // them all.
  key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
  const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
  const topic = new Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
  // A topic policy replaces the default one, which allows alarms to publish. So that permission has to be
  // given again.
  topic.grantPublish(cloudWatch);
  return { topic, key };
}
