import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAwsEndpoints } from '../../../simulation/served/aws-endpoints.ts';
import { createEventStore } from '../../../simulation/world/event-store.ts';
import { createExecutionStore } from '../../../simulation/world/execution-store.ts';
import { createScheduleStore, type ScheduleStore } from '../../../simulation/world/schedule-store.ts';
import { createSecretStore, type SecretStore } from '../../../simulation/world/secret-store.ts';

let secrets: SecretStore;
let schedules: ScheduleStore;
let endpoints: Awaited<ReturnType<typeof startAwsEndpoints>>;
let manager: SecretsManagerClient;
let scheduler: SchedulerClient;

beforeAll(async () => {
  secrets = createSecretStore();
  schedules = createScheduleStore();
  endpoints = await startAwsEndpoints({
    secrets,
    schedules,
    executions: createExecutionStore(),
    events: createEventStore(),
  });
  const configuration = {
    endpoint: endpoints.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  };
  manager = new SecretsManagerClient(configuration);
  scheduler = new SchedulerClient(configuration);
});
afterAll(() => endpoints.close());

describe('Secrets Manager', () => {
  const SecretId = 'windlass/checkout';
  let current: string;
  let pending: string;

  beforeEach(() => {
    secrets.remove(SecretId);
    current = secrets.put(SecretId, 'old leaf');
    pending = secrets.put(SecretId, 'new leaf', ['AWSPENDING']);
  });

  const read = async (VersionStage?: string) =>
    (await manager.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;

  it('gives the current version unless another stage is asked for', async () => {
    expect(await read()).toBe('old leaf');
    expect(await read('AWSPENDING')).toBe('new leaf');
  });

  it('words a missing secret, stage and version as AWS does', async () => {
    const unknown = new GetSecretValueCommand({ SecretId: 'nobody' });
    await expect(manager.send(unknown)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    await expect(read('AWSPREVIOUS')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    });
  });

  it('keeps the replaced version as AWSPREVIOUS when AWSCURRENT moves', async () => {
    const move = {
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: pending,
      RemoveFromVersionId: current,
    };
    await manager.send(new UpdateSecretVersionStageCommand(move));
    expect(await read()).toBe('new leaf');
    expect(await read('AWSPREVIOUS')).toBe('old leaf');
    const { VersionIdsToStages } = await manager.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages).toEqual({
      [current]: ['AWSPREVIOUS'],
      [pending]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  it('refuses to move a stage away from a version that does not hold it', async () => {
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: pending };
    await expect(manager.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(
      manager.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: pending })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await read()).toBe('old leaf');
  });

  it('stages a value that is put, and takes the stage from the version that had it', async () => {
    const put = new PutSecretValueCommand({ SecretId, SecretString: 'newer', VersionStages: ['AWSPENDING'] });
    await manager.send(put);
    expect(await read('AWSPENDING')).toBe('newer');
    expect(await read()).toBe('old leaf');
  });

  it('logs every call, refused ones too, without what was in it', async () => {
    const from = endpoints.calls.length;
    await read();
    await read('AWSPREVIOUS').catch(() => {});
    expect(endpoints.calls.slice(from)).toEqual([
      { service: 'secretsmanager', operation: 'GetSecretValue', status: 200 },
      { service: 'secretsmanager', operation: 'GetSecretValue', status: 400 },
    ]);
  });
});

describe('EventBridge Scheduler', () => {
  const at = (instant: string, Name = 'next') => ({
    Name,
    GroupName: 'windlass',
    ScheduleExpression: `at(${instant})`,
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m',
      RoleArn: 'arn:aws:iam::123456789012:role/r',
    },
  });

  it('creates, moves, describes and deletes a one-time schedule', async () => {
    await scheduler.send(new CreateScheduleCommand(at('2031-01-01T00:00:00')));
    await scheduler.send(new UpdateScheduleCommand(at('2031-02-01T00:00:00')));
    expect(schedules.times()).toEqual({ 'windlass/next': '2031-02-01T00:00:00.000Z' });
    const found = await scheduler.send(new GetScheduleCommand({ Name: 'next', GroupName: 'windlass' }));
    expect(found.ScheduleExpression).toBe('at(2031-02-01T00:00:00)');
    await scheduler.send(new DeleteScheduleCommand({ Name: 'next', GroupName: 'windlass' }));
    expect(schedules.times()).toEqual({});
  });

  it('refuses a second schedule of one name, an unknown one, and a time it cannot read', async () => {
    await scheduler.send(new CreateScheduleCommand(at('2031-01-01T00:00:00', 'twice')));
    await expect(
      scheduler.send(new CreateScheduleCommand(at('2031-01-01T00:00:00', 'twice'))),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(
      scheduler.send(new UpdateScheduleCommand(at('2031-01-01T00:00:00', 'none'))),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'Schedule none does not exist.' });
    await expect(
      scheduler.send(new CreateScheduleCommand(at('2031-01-01T00:00:00.000Z', 'dots'))),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
