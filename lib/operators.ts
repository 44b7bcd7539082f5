import { ArnFormat, type Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { placeOf } from './checks/place.ts';
import { tableStatements } from './journal-table.ts';
import type { Clockwork } from './schedules.ts';

export type OperatedOn = {
  machine: StateMachine;
  /**
   * The machine's name, from which the policy makes the ARNs of its executions: the machine's own ARN does
   * not contain them.
   */
  machineName: string;
  table: TableV2;
  clockwork: Clockwork;
  topic: Topic;
};

/**
 * The policy with exactly what an operator's commands need: `rotate`, `status`, `history`, `follow`, `stop`
 * and `compromised`, and `doctor` except for the secrets. For those, `secretsmanager:GetSecretValue` on them
 * is needed as well.
 */
export function operatorPolicy(
  stack: Stack,
  { machine, machineName, table, ...on }: OperatedOn,
): ManagedPolicy {
  const ofStates = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  const [executions, mapRuns] = [
    ofStates('execution', `${machineName}:*`),
    ofStates('mapRun', `${machineName}/*:*`),
  ];
  const schedules = stack.formatArn({
    ...{ service: 'scheduler', resource: 'schedule' },
    resourceName: `${on.clockwork.group.scheduleGroupName}/*`,
  });
  const policy = new ManagedPolicy(stack, 'Operators', {
    description: `What the windlass command needs to operate ${machineName}`,
    statements: [
      // Neither action supports resources. Commands use them to find an organization's stack by its name.
      allow(['states:ListStateMachines', 'dynamodb:ListTables'], '*'),
      allow(['states:StartExecution', 'states:ListExecutions'], machine.stateMachineArn),
      allow(['states:DescribeExecution', 'states:GetExecutionHistory', 'states:StopExecution'], executions),
      allow(['states:DescribeMapRun'], mapRuns),
      allow(['scheduler:GetSchedule'], schedules),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], table.tableArn),
      ...tableStatements(table, WRITTEN),
      allow(['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'], stack.stackId),
      allow(['sns:ListSubscriptionsByTopic'], on.topic.topicArn),
    ],
  });
  acknowledge(policy, machineName);
  return policy;
}

/**
 * What commands write to the table. The journal records who stopped a run or took a compromise back. A stop
 * mark is set and removed, and a person may forget a compromise.
 */
const WRITTEN = {
  rotation: ['PutItem'],
  stop: ['PutItem', 'DeleteItem'],
  compromised: ['DeleteItem'],
} as const;

const allow = (actions: string[], ...resources: string[]) => new PolicyStatement({ actions, resources });

function acknowledge(policy: ManagedPolicy, machineName: string): void {
  const [states, scheduler] = ['states', 'scheduler'].map((service) => placeOf(policy.stack, service));
  const reasons = {
    '*': 'Machines and tables are listed to find an organization by its name; a listing accepts only "*".',
    [`${states}:execution:${machineName}:*`]:
      'The executions of this one machine, which have no names before they start.',
    [`${states}:mapRun:${machineName}/*:*`]: 'The runs of its Maps, which have no names before they start.',
    [`${scheduler}:schedule/${machineName}/*`]:
      'The schedules of this one group: the sweep, and the next run where there is one.',
  };
  for (const [resource, reason] of Object.entries(reasons))
    Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}
