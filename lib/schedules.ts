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

/**
 * What starts rotations: the schedules' group, the role that they start with, and the queue of lost starts.
 */
export type Clockwork = {
  group: ScheduleGroup;
  role: Role;
  deadLetters: Queue;
  /** The environment of a step that sets the one-time schedule. */
  environment: Record<string, string>;
  /** Lets a step set, move and clear that one schedule, and pass it this role and no other. */
  allowScheduling(grantee: IGrantable): void;
};

/**
 * Creates everything about time except the sweep, which needs the machine. `machineName` is used in the
 * machine's place.
 */
export function clockwork(stack: Stack, names: { name: string; machineName: string }): Clockwork {
  const scope = new Construct(stack, 'Clockwork');
  const group = new ScheduleGroup(scope, 'Group', {
    scheduleGroupName: `windlass-${names.name}`,
    // Deleting the group deletes the one-time schedule as well, which is in no template. So nothing starts a
    // machine that is gone.
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
      // The ARN is made from the name: the machine refers to this function, so the function cannot refer to
      // the machine.
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

/** The daily sweep. Whatever else was lost, an anchor that is due is found within a day (rule 6). */
export function sweepDaily({ group, role, deadLetters }: Clockwork, machine: StateMachine): Schedule {
  return new Schedule(group, 'Sweep', {
    scheduleName: 'sweep',
    scheduleGroup: group,
    description: 'Starts Windlass every day, so that a lost schedule costs a day and not an outage',
    // A fixed hour that is a working hour in Europe and America, so that somebody is awake for a halt.
    schedule: ScheduleExpression.cron({ minute: '0', hour: '14', timeZone: TimeZone.ETC_UTC }),
    timeWindow: TimeWindow.flexible(Duration.minutes(15)),
    target: new StepFunctionsStartExecution(machine, {
      role,
      // For the audit trail. A run that a person starts in the console has no such name.
      input: ScheduleTargetInput.fromObject({ startedBy: 'the daily sweep' }),
      deadLetterQueue: deadLetters,
      // After this time, the next sweep is as good.
      maxEventAge: Duration.hours(6),
      retryAttempts: 60,
    }),
  });
}
