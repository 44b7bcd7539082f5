import type { CreateScheduleCommandInput, Scheduler } from '@aws-sdk/client-scheduler';
import { instant, secondsOf } from '../../domain/instant.ts';
import { BY_ANOTHER_RUN, type ToNext } from '../../domain/request.ts';
import { textVariable } from '../environment.ts';
import { awsClientSettings, awsError, awsRefusal } from './aws.ts';
import { loaded } from './loaded.ts';

/** The one-time schedule that starts the next rotation. */
export interface NextRotation {
  /**
   * Sets, or moves, the schedule to an ISO 8601 instant. The run that it starts is given `request`. If
   * somebody has disabled the schedule, this enables it. Safe to run twice.
   */
  set(at: string, request?: ToNext): Promise<void>;
  /** Removes the schedule; does nothing when there is none. */
  clear(): Promise<void>;
}

/**
 * The schedule's name and group, the machine that it starts, and the role for that. A start that fails for
 * good goes to the dead-letter queue.
 */
export type ScheduleSettings = {
  group: string;
  name: string;
  roleArn: string;
  stateMachineArn: string;
  deadLetterArn: string;
};

/**
 * The next rotation as a one-time EventBridge schedule. Throws `ScheduleUnavailable`, or `AwsRefused` when
 * the role may not make the call.
 */
export function eventBridgeNextRotation(
  settings: ScheduleSettings,
  connect: () => Promise<Scheduler> = schedulerClient(),
): NextRotation {
  const { group: GroupName, name: Name } = settings;
  return {
    async set(at, request) {
      const schedule = oneTime(settings, at, request);
      const scheduler = await connect();
      // The schedule stays after it has fired, so moving it is the common case. The first run, and a run
      // after `clear`, creates it.
      if (await attempt(scheduler.updateSchedule(schedule), 'ResourceNotFoundException')) return;
      if (await attempt(scheduler.createSchedule(schedule), 'ConflictException')) return;
      // Somebody created it in between: move that one.
      await attempt(scheduler.updateSchedule(schedule));
    },
    async clear() {
      const scheduler = await connect();
      await attempt(scheduler.deleteSchedule({ GroupName, Name }), 'ResourceNotFoundException');
    },
  };
}

/** Returns the next rotation as the environment describes it. Throws `InvalidConfiguration`. */
export const nextRotationFromEnvironment = (): NextRotation =>
  eventBridgeNextRotation({
    group: textVariable('WINDLASS_SCHEDULE_GROUP'),
    name: textVariable('WINDLASS_SCHEDULE_NAME'),
    roleArn: textVariable('WINDLASS_SCHEDULE_ROLE_ARN'),
    stateMachineArn: textVariable('WINDLASS_STATE_MACHINE_ARN'),
    deadLetterArn: textVariable('WINDLASS_DEAD_LETTER_ARN'),
  });

const sdk = loaded(() => import('@aws-sdk/client-scheduler'));

/** Returns a function that connects once, at first use. */
function schedulerClient(): () => Promise<Scheduler> {
  let client: Promise<Scheduler> | undefined;
  return () => {
    client ??= sdk().then(({ Scheduler }) => new Scheduler(awsClientSettings));
    return client;
  };
}

function oneTime(settings: ScheduleSettings, at: string, request = {}): CreateScheduleCommandInput {
  const { group, name, roleArn, stateMachineArn, deadLetterArn } = settings;
  return {
    GroupName: group,
    Name: name,
    Description:
      'Starts the next rotation: when the first anchor comes due, or sooner where a run has left something.',
    // Whole seconds and no zone: the zone has a field of its own.
    ScheduleExpression: `at(${instant(secondsOf(at)).slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    // Explicit, though an update without it would enable the schedule too. It must not stay disabled: what a
    // run has left may be a leaked key (I16).
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    // `DELETE` would remove the schedule by its name, some time after it fired. The run that it started may
    // have moved it by then (I16).
    ActionAfterCompletion: 'NONE',
    Target: {
      Arn: stateMachineArn,
      RoleArn: roleArn,
      // For the audit trail; the sweep passes its own name in the same way.
      Input: JSON.stringify({ ...request, startedBy: BY_ANOTHER_RUN }),
      DeadLetterConfig: { Arn: deadLetterArn },
      RetryPolicy: { MaximumRetryAttempts: 20, MaximumEventAgeInSeconds: 3_600 },
    },
  };
}

/**
 * Returns true when the call was made, and false when it met the one refusal that is acceptable. Throws any
 * other error.
 */
async function attempt(call: Promise<unknown>, fine?: string): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (awsRefusal(error).name === fine) return false;
    throw awsError('ScheduleUnavailable', 'the schedule of the next rotation', error);
  }
}
