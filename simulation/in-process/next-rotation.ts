import type { Scheduler } from '@aws-sdk/client-scheduler';
import { eventBridgeNextRotation, type NextRotation } from '../../lambdas/adapters/aws/schedule.ts';
import type { JsonObject } from '../world/aws-operations.ts';
import type { ScheduleStore } from '../world/schedule-store.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

const SETTINGS = {
  group: 'windlass',
  name: 'next',
  roleArn: 'arn:aws:iam::000000000000:role/schedule',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:windlass',
  deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:dead-letters',
};

/** The schedule of {@link inProcessNextRotation}, by its name in the store. */
export const NEXT_SCHEDULE = `${SETTINGS.group}/${SETTINGS.name}`;

/** The real adapter of the one-time schedule, on a store in memory in place of the service. */
export function inProcessNextRotation(store: ScheduleStore, wire: Wire): NextRotation {
  const operation = (name: keyof ScheduleStore['operations']) => (input: JsonObject) =>
    carried(wire, { op: 'schedule', about: name, changes: true }, () => store.operations[name]({ ...input }));
  const client = {
    createSchedule: operation('CreateSchedule'),
    updateSchedule: operation('UpdateSchedule'),
    deleteSchedule: operation('DeleteSchedule'),
  };
  return eventBridgeNextRotation(SETTINGS, async () => client as unknown as Scheduler);
}
