import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { buildApp } from '../lib/app.ts';
import { parseConfiguration } from '../lib/config.ts';

// The CDK runs this app. It has the stacks as they are deployed to AWS, without what the emulator cannot
// handle.
const { CDK_OUTDIR: outdir = '' } = process.env;
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
const app = buildApp(parseConfiguration(context.windlass), { outdir });
for (const stack of app.node.children.filter(Stack.isStack)) {
  withoutMetricMath(stack);
  withScheduleOfGroupDefault(stack);
  withEventsOfAnyKind(stack);
}
app.synth();

/** Applies `metric-math` of the known differences. */
function withoutMetricMath(stack: Stack): void {
  stack.node.findChild('Alarms').node.tryRemoveChild('SweepMissing');
}

/** Applies `schedule-group` of the known differences. */
function withScheduleOfGroupDefault(stack: Stack): void {
  const resource = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: 'default/next',
  });
  const actions = ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'].map((name) => `scheduler:${name}`);
  allow(stack, ['ScheduleNext', 'Release'], { actions, resources: [resource] });
}

/** Applies `event-keys` of the known differences. */
function withEventsOfAnyKind(stack: Stack): void {
  const bus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
  allow(stack, ['Plan', 'Release'], { actions: ['events:PutEvents'], resources: [bus] });
}

function allow(stack: Stack, steps: readonly string[], statement: PolicyStatementProps): void {
  for (const step of steps) {
    const lambda = stack.node.findChild('Steps').node.findChild(step) as Lambda;
    lambda.addToRolePolicy(new PolicyStatement(statement));
  }
}
