import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/**
 * Rings for everything that ends red (I13), and for silence. The machine's own metrics are watched because no
 * Catch sees a runtime error, an output that is too large or the end of the whole execution's time.
 */
export function alarms(
  stack: Stack,
  watched: { machine: StateMachine; deadLetters: IQueue; email: string | undefined },
): Topic {
  const scope = new Construct(stack, 'Alarms');
  const topic = alarmTopic(scope, stack);
  if (watched.email) topic.addSubscription(new EmailSubscription(watched.email));
  const ring = new SnsAction(topic);
  const atLeastOne = (id: string, metric: Metric, alarmDescription: string) =>
    new Alarm(scope, id, {
      alarmDescription,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(ring);
  const { machine, deadLetters } = watched;
  atLeastOne(
    'Failed',
    machine.metricFailed(),
    'A rotation halted or is blocked: its error and cause say why',
  );
  atLeastOne('TimedOut', machine.metricTimedOut(), 'A rotation took longer than its soak allows');
  atLeastOne(
    'Aborted',
    machine.metricAborted(),
    'A rotation was stopped by hand: the next run finishes the job',
  );
  atLeastOne(
    'StartLost',
    deadLetters.metricApproximateNumberOfMessagesVisible(),
    'A schedule could not start a rotation: the dead letter says why',
  );
  new Alarm(scope, 'SweepMissing', {
    alarmDescription: 'No run has succeeded for two days: anchors may expire unseen',
    metric: successes(machine),
    threshold: 1,
    evaluationPeriods: HOURS_OF_SILENCE,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // Silence is the very thing to ring for. A new stack rings too, until its first sweep has succeeded.
    treatMissingData: TreatMissingData.BREACHING,
  }).addAlarmAction(ring);
  return topic;
}

/** Two days, and two hours for a sweep that begins late and tries again: one that failed has rung for itself. */
const HOURS_OF_SILENCE = 50;

/**
 * Runs that succeeded, hour by hour, with a 0 where nothing was. Without a value CloudWatch goes back to older ones, and
 * would ring for silence a day or two late.
 */
const successes = (machine: StateMachine): MathExpression =>
  new MathExpression({
    expression: 'FILL(succeeded, 0)',
    usingMetrics: { succeeded: machine.metricSucceeded({ period: Duration.hours(1) }) },
    label: 'Runs that succeeded',
    period: Duration.hours(1),
  });

/** CloudWatch cannot use the key that AWS manages for SNS, so the topic has one of its own. */
function alarmTopic(scope: Construct, stack: Stack): Topic {
  const key = new Key(scope, 'Key', {
    description: 'Encrypts Windlass alarms on their way through SNS',
    enableKeyRotation: true,
    // Nothing stays encrypted with it once the alarms are delivered.
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  // No condition on the key: AWS documents none for its use by alarms, and one that fails would silence them all.
  key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
  const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
  const topic = new Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
  // A topic policy replaces the default one, which is what lets alarms publish: it has to be said again.
  topic.grantPublish(cloudWatch);
  return topic;
}
