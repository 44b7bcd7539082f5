import { ArnFormat, Duration, RemovalPolicy, type Stack, TimeZone } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letters.ts';

/** The one-time schedule that Schedule next sets and moves. */
const NEXT = 'next';

/** What starts rotations: the schedules' group, the role they start as, and where a lost start goes. */
export type Clockwork = {
  group: ScheduleGroup;
  role: Role;
  deadLetters: Queue;
  /** What a step needs to know that sets the one-time schedule. */
  environment: Record<string, string>;
  /** Lets a step set, move and clear that one schedule, and hand it this role and no other. */
  allowScheduling(grantee: IGrantable): void;
};

/** Everything about time except the sweep itself, which needs the machine; `machineName` stands in for it. */
export function clockwork(stack: Stack, names: { name: string; machineName: string }): Clockwork {
  const scope = new Construct(stack, 'Clockwork');
  const group = new ScheduleGroup(scope, 'Group', {
    scheduleGroupName: `windlass-${names.name}`,
    // Takes the one-time schedule along, which no template knows of: nothing may start a machine that is gone.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const deadLetters = deadLetterQueue(scope, 'DeadLetters', 'the schedules');
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group.scheduleGroupArn },
      },
    }),
  });
  const nextArn = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${group.scheduleGroupName}/${NEXT}`,
  });
  return {
    group,
    role,
    deadLetters,
    environment: {
      WINDLASS_SCHEDULE_GROUP: group.scheduleGroupName,
      WINDLASS_SCHEDULE_NAME: NEXT,
      WINDLASS_SCHEDULE_ROLE_ARN: role.roleArn,
      // By name: the machine refers to this function, so the function cannot refer to the machine.
      WINDLASS_STATE_MACHINE_ARN: machineArn(stack, names.machineName),
      WINDLASS_DEAD_LETTER_ARN: deadLetters.queueArn,
    },
    allowScheduling: (grantee) => allowScheduling(grantee, nextArn, role),
  };
}

const machineArn = (stack: Stack, resourceName: string): string =>
  stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

function allowScheduling({ grantPrincipal }: IGrantable, schedule: string, role: Role): void {
  const actions = ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'];
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: actions.map((action) => `scheduler:${action}`), resources: [schedule] }),
  );
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    }),
  );
}

/** The daily sweep: whatever else was lost, an anchor that is due is found within a day (rule 6). */
export function sweepDaily({ group, role, deadLetters }: Clockwork, machine: StateMachine): Schedule {
  return new Schedule(group, 'Sweep', {
    scheduleName: 'sweep',
    scheduleGroup: group,
    description: 'Starts Windlass every day, so that a lost schedule costs a day and not an outage',
    // A fixed hour, and a working one in Europe and America: a halt should find somebody awake.
    schedule: ScheduleExpression.cron({ minute: '0', hour: '14', timeZone: TimeZone.ETC_UTC }),
    timeWindow: TimeWindow.flexible(Duration.minutes(15)),
    target: new StepFunctionsStartExecution(machine, {
      role,
      // For the audit trail: what a person types in the console has no such name.
      input: ScheduleTargetInput.fromObject({ startedBy: 'the daily sweep' }),
      deadLetterQueue: deadLetters,
      // Later than this the next sweep is as good.
      maxEventAge: Duration.hours(6),
      retryAttempts: 60,
    }),
  });
}
