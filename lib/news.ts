import type { Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** What is told of a run, by the status that Step Functions gives it. What a block is Step Functions calls FAILED as well. */
const NEWS = {
  Begun: { status: ['RUNNING'], title: 'a run has begun' },
  Ended: { status: ['SUCCEEDED'], title: 'a run has ended well' },
  Halted: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], title: 'a run halted or is blocked' },
};

/**
 * What becomes of each run, one message each, for whoever attaches a chat or a pager: Step Functions sends every change of an
 * execution's status to EventBridge. Alarms stay the ones to be woken by: events are delivered as well as it goes.
 */
export function news(stack: Stack, { name, machine, key }: NewsOf): Topic {
  const scope = new Construct(stack, 'News');
  const topic = new Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
  key.grant(new ServicePrincipal('events.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
  for (const [id, { status, title }] of Object.entries(NEWS)) {
    const rule = new Rule(scope, id, {
      description: `Windlass for ${name}: ${title}`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        // Its own executions: what a Map starts has the Map's label behind the machine's name.
        detail: { stateMachineArn: [machine.stateMachineArn], status },
      },
    });
    rule.addTarget(new SnsTopic(topic, { message: told(name, title) }));
  }
  return topic;
}

export type NewsOf = {
  /** The organization's name in the configuration. */
  name: string;
  machine: StateMachine;
  /** What the alarms are encrypted with. */
  key: IKey;
};

/** The form that AWS's own chat applications read; a mail or a pager shows it as it is. */
const told = (name: string, title: string): RuleTargetInput =>
  RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    content: {
      title: `Windlass for ${name}: ${title}`,
      description: `Look with: windlass status ${name}. Runbook: docs/operations.md`,
    },
    metadata: { additionalContext: { status: field('status'), execution: field('executionArn') } },
  });

const field = (path: string): string => EventField.fromPath(`$.detail.${path}`);
