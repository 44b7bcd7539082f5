import { Scheduler } from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { eventBridgeNextRotation } from '../../lambdas/adapters/aws/schedule.ts';
import { awsAccount, clientSettings } from './aws-account.ts';
import { type Answer, scriptedApi } from './openai/scripted-api.ts';

const settings = {
  group: 'windlass-acme',
  name: 'next',
  roleArn: 'arn:aws:iam::123456789012:role/scheduler',
  stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:rotation',
  deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:dead-letters',
};

const answering = async (...answers: Answer[]) => {
  const { url, heard } = await scriptedApi(...answers);
  return { heard, next: eventBridgeNextRotation(settings, async () => new Scheduler(clientSettings(url))) };
};
const refused = (name: string, status: number): Answer => ({
  status,
  body: { Message: 'As AWS says.' },
  headers: { 'x-amzn-errortype': name },
});
const done: Answer = { body: { ScheduleArn: 'arn' } };

test('sets the schedule, moves it, and is safe to run twice', async () => {
  const { schedules, scheduler } = await awsAccount();
  const next = eventBridgeNextRotation(settings, scheduler);
  await next.set('2026-10-01T03:04:05.678Z');
  expect(schedules.times()).toEqual({ 'windlass-acme/next': '2026-10-01T03:04:05.000Z' });
  await next.set('2026-10-02T03:04:05.000Z');
  await next.set('2026-10-02T03:04:05.000Z');
  expect(schedules.times()).toEqual({ 'windlass-acme/next': '2026-10-02T03:04:05.000Z' });
});

test('enables a schedule that somebody has disabled: what a run has left is not waited for', async () => {
  const { schedules, scheduler } = await awsAccount();
  const next = eventBridgeNextRotation(settings, scheduler);
  await next.set('2026-10-01T03:04:05.000Z');
  const named = { GroupName: settings.group, Name: settings.name };
  const found = schedules.operations.GetSchedule(named);
  schedules.operations.UpdateSchedule({ ...found, State: 'DISABLED' });
  await next.set('2026-10-02T03:04:05.000Z');
  expect(schedules.operations.GetSchedule(named)).toMatchObject({ State: 'ENABLED' });
});

test('clears the schedule, and is content when there is none', async () => {
  const { schedules, scheduler } = await awsAccount();
  const next = eventBridgeNextRotation(settings, scheduler);
  await next.clear();
  await next.set('2026-10-01T03:04:05.000Z');
  await next.clear();
  expect(schedules.times()).toEqual({});
});

test('starts a scheduled rotation once, in UTC, on time, with dead letters, and stays, since a deletion may come after it was moved', async () => {
  const { next, heard } = await answering(refused('ResourceNotFoundException', 404), done);
  await next.set('2026-10-01T05:04:05+02:00');
  expect(heard.map(({ method, url }) => [method, url])).toEqual([
    ['PUT', '/v1/schedules/next'],
    ['POST', '/v1/schedules/next'],
  ]);
  expect(JSON.parse(heard[1]?.body ?? '')).toMatchObject({
    GroupName: 'windlass-acme',
    ScheduleExpression: 'at(2026-10-01T03:04:05)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'NONE',
    Target: {
      Arn: settings.stateMachineArn,
      RoleArn: settings.roleArn,
      Input: '{"startedBy":"the next rotation"}',
      DeadLetterConfig: { Arn: settings.deadLetterArn },
    },
  });
});

test('moves a schedule that somebody made in between', async () => {
  const { next, heard } = await answering(
    refused('ResourceNotFoundException', 404),
    refused('ConflictException', 409),
    done,
  );
  await next.set('2026-10-01T03:04:05.000Z');
  expect(heard.map(({ method }) => method)).toEqual(['PUT', 'POST', 'PUT']);
});

test.for<[string, Answer]>([
  ['throttling', refused('ThrottlingException', 429)],
  ['trouble inside', refused('InternalServerException', 500)],
  ['a reset', (response) => response.destroy()],
])('%s is ScheduleUnavailable', async ([, answer]) => {
  const { next } = await answering(answer);
  await expect(next.set('2026-10-01T03:04:05.000Z')).rejects.toMatchObject({ name: 'ScheduleUnavailable' });
  await expect(next.clear()).rejects.toMatchObject({ name: 'ScheduleUnavailable' });
});

test('no right to it is AwsRefused, which is no outage', async () => {
  const { next } = await answering(refused('AccessDeniedException', 403));
  await expect(next.clear()).rejects.toMatchObject({ name: 'AwsRefused' });
});
