import type { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { alarmTopic, type EncryptedTopic } from './alarm-topic.ts';
import { ofTheMachine } from './machine-rules.ts';
import type { Watched } from './rule.ts';
import { runbookOf } from './runbook.ts';
import { ofTheSteps } from './step-rules.ts';

/**
 * Rings for everything that ends red (I13), for silence, and for what stays blocked, the louder the nearer
 * the expiry. The machine's own metrics are watched besides the steps': no Catch sees a runtime error, an
 * output that is too large, or the timeout of the whole execution.
 */
export function alarms(stack: Stack, watched: Watched): EncryptedTopic {
  const scope = new Construct(stack, 'Alarms');
  const { topic, key } = alarmTopic(scope, stack);
  if (watched.email) topic.addSubscription(new EmailSubscription(watched.email));
  const ring = new SnsAction(topic);
  const rules = { ...ofTheMachine(watched), ...ofTheSteps(watched) };
  for (const [id, { what, look = 'windlass history', ...rule }] of Object.entries(rules)) {
    const alarm = new Alarm(scope, id, {
      alarmDescription: `${what}. Where: Windlass for ${watched.name}. Look with: ${look} ${watched.name}. Runbook: ${runbookOf(watched.runbook)}`,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...rule,
    });
    alarm.addAlarmAction(ring);
    // A person who was woken by an alarm has to hear that it is over.
    alarm.addOkAction(ring);
  }
  return { topic, key };
}
