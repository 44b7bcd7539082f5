import type { Scheduler } from '@aws-sdk/client-scheduler';
import { eventBridgeNextRotation, type NextRotation } from '../../lambdas/adapters/aws/schedule.ts';
import type { ScheduleStore } from '../served/scheduler-endpoint.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

const SETTINGS = {
  group: 'windlass',
  name: 'next',
  roleArn: 'arn:aws:iam::000000000000:role/schedule',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:windlass',
  deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:dead-letters',
};

/** The schedule of {@link inProcessNextRotation}, as the store names it. */
export const NEXT_SCHEDULE = `${SETTINGS.group}/${SETTINGS.name}`;

/** The real adapter of the one-time schedule, on a store in memory in the place of the service. */
export function inProcessNextRotation(store: ScheduleStore, wire: Wire): NextRotation {
  const operation = (name: string) => (input: { Name: string; GroupName: string }) =>
    carried(wire, { op: 'schedule', about: name, changes: true }, () => {
      const query = new URLSearchParams({ groupName: input.GroupName });
      const path = `/schedules/${input.Name}`;
      return store.answer({ service: 'scheduler', operation: name, path, query, body: { ...input } });
    });
  const client = {
    createSchedule: operation('POST'),
    updateSchedule: operation('PUT'),
    deleteSchedule: operation('DELETE'),
  };
  return eventBridgeNextRotation(SETTINGS, async () => client as unknown as Scheduler);
}
