import type { Stack } from 'aws-cdk-lib';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { detailTypes, EVENT_SOURCE, type RunEventKind } from '../lambdas/domain/memory/run-event.ts';
import { endedFromOutside } from './after-death.ts';

/** A kind of message about a run, and the fields of the event that it contains. */
type News = { title: string; pattern: EventPattern; fields: Record<string, string> };

/**
 * Sends one message about each run's beginning and end, for a chat or a pager. Runs report it themselves. For
 * a run that is stopped or runs out of time, Step Functions' own event is used. These messages do not replace
 * alarms: the delivery of events is not guaranteed.
 */
export function news(stack: Stack, { name, machine, key }: NewsOf): Topic {
  const scope = new Construct(stack, 'News');
  const topic = new Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
  key.grant(new ServicePrincipal('events.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
  for (const [id, { title, pattern, fields }] of Object.entries(newsOf(name, machine))) {
    const rule = new Rule(scope, id, {
      description: `Windlass for ${name}: ${title}`,
      eventPattern: pattern,
    });
    rule.addTarget(new SnsTopic(topic, { message: told(name, title, fields) }));
  }
  return topic;
}

export type NewsOf = {
  /** The organization's name in the configuration. */
  name: string;
  machine: StateMachine;
  /** The key that encrypts the alarms. */
  key: IKey;
};

function newsOf(name: string, machine: StateMachine): Record<string, News> {
  const ours = (kind: RunEventKind, title: string, ...more: string[]): News => ({
    title,
    pattern: {
      source: [EVENT_SOURCE],
      detailType: [detailTypes[kind]],
      detail: { organization: [name] },
    },
    fields: Object.fromEntries(['outcome', 'execution', 'summary', ...more].map((field) => [field, field])),
  });
  return {
    Begun: ours('started', 'a run has begun'),
    Ended: ours('ended', 'a run has ended well'),
    Halted: ours('halted', 'a run halted', 'error'),
    Blocked: ours('blocked', 'a run ended, and something is blocked'),
    Dead: {
      title: 'a run was stopped, or ran out of time',
      pattern: endedFromOutside(machine),
      fields: { status: 'status', execution: 'executionArn' },
    },
  };
}

/** The message in the form that AWS's own chat applications read. A mail or a pager shows it as it is. */
const told = (name: string, title: string, fields: News['fields']): RuleTargetInput =>
  RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    content: {
      title: `Windlass for ${name}: ${title}`,
      description: `Look with: windlass status ${name}. Runbook: docs/operations.md`,
    },
    metadata: {
      additionalContext: Object.fromEntries(
        Object.entries(fields).map(([as, path]) => [as, EventField.fromPath(`$.detail.${path}`)]),
      ),
    },
  });
