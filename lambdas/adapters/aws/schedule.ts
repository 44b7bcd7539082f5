import type { CreateScheduleCommandInput, Scheduler } from '@aws-sdk/client-scheduler';
import { instant, secondsOf } from '../../domain/instant.ts';
import { BY_ANOTHER_RUN, type ToNext } from '../../domain/request.ts';
import { textVariable } from '../environment.ts';
import { awsClientSettings, awsError, awsRefusal } from './aws.ts';
import { loaded } from './loaded.ts';

/** The one-time schedule that starts the next rotation. */
export interface NextRotation {
  /**
   * Sets, or moves, the schedule to an ISO 8601 instant; the run that it starts is told this request. One that somebody has disabled is enabled
   * by it. Safe to run twice.
   */
  set(at: string, request?: ToNext): Promise<void>;
  /** Removes the schedule; fine when there is none. */
  clear(): Promise<void>;
}

/** The schedule's name and group, and what it starts with which role; a start that fails for good goes to the dead letters. */
export type ScheduleSettings = {
  group: string;
  name: string;
  roleArn: string;
  stateMachineArn: string;
  deadLetterArn: string;
};

/** The next rotation as a one-time EventBridge schedule. Throws `ScheduleUnavailable`. */
export function eventBridgeNextRotation(
  settings: ScheduleSettings,
  connect: () => Promise<Scheduler> = schedulerClient(),
): NextRotation {
  const { group: GroupName, name: Name } = settings;
  return {
    async set(at, request) {
      const schedule = oneTime(settings, at, request);
      const scheduler = await connect();
      // It stays once it has fired, so that moving it is the common case; the first run, and one after a clear, makes it.
      if (await attempt(scheduler.updateSchedule(schedule), 'ResourceNotFoundException')) return;
      if (await attempt(scheduler.createSchedule(schedule), 'ConflictException')) return;
      // Somebody made it in between: move theirs.
      await attempt(scheduler.updateSchedule(schedule));
    },
    async clear() {
      const scheduler = await connect();
      await attempt(scheduler.deleteSchedule({ GroupName, Name }), 'ResourceNotFoundException');
    },
  };
}

/** The next rotation as the environment describes it; throws `InvalidConfiguration`. */
export const nextRotationFromEnvironment = (): NextRotation =>
  eventBridgeNextRotation({
    group: textVariable('WINDLASS_SCHEDULE_GROUP'),
    name: textVariable('WINDLASS_SCHEDULE_NAME'),
    roleArn: textVariable('WINDLASS_SCHEDULE_ROLE_ARN'),
    stateMachineArn: textVariable('WINDLASS_STATE_MACHINE_ARN'),
    deadLetterArn: textVariable('WINDLASS_DEAD_LETTER_ARN'),
  });

const sdk = loaded(() => import('@aws-sdk/client-scheduler'));

/** Connects once, at first use. */
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
    // Whole seconds, and no zone: that has a field of its own.
    ScheduleExpression: `at(${instant(secondsOf(at)).slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    // An update without it would enable it as well: what a run has left may be a leaked key (I16).
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    // To be deleted after it has fired it would go by its name, some time later: the run that it has started may have moved it by then (I16).
    ActionAfterCompletion: 'NONE',
    Target: {
      Arn: stateMachineArn,
      RoleArn: roleArn,
      // For the audit trail, as the sweep gives its own name.
      Input: JSON.stringify({ ...request, startedBy: BY_ANOTHER_RUN }),
      DeadLetterConfig: { Arn: deadLetterArn },
      RetryPolicy: { MaximumRetryAttempts: 20, MaximumEventAgeInSeconds: 3_600 },
    },
  };
}

/** True when the call was made, false when it met the one refusal that is fine. */
async function attempt(call: Promise<unknown>, fine?: string): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (awsRefusal(error).name === fine) return false;
    throw awsError('ScheduleUnavailable', 'the schedule of the next rotation', error);
  }
}
