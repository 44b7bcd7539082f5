import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { onTestFinished } from 'vitest';
import { startAwsEndpoints } from '../../simulation/served/aws-endpoints.ts';
import { createEventStore } from '../../simulation/world/event-store.ts';
import { createExecutionStore } from '../../simulation/world/execution-store.ts';
import { createScheduleStore } from '../../simulation/world/schedule-store.ts';
import { createSecretStore } from '../../simulation/world/secret-store.ts';

/** Opens the rehearsal's AWS account, with the real SDKs pointed at it. */
export async function awsAccount() {
  const stores = {
    secrets: createSecretStore(),
    schedules: createScheduleStore(),
    events: createEventStore(),
    executions: createExecutionStore(),
  };
  const { url, calls, close } = await startAwsEndpoints(stores);
  onTestFinished(close);
  const settings = clientSettings(url);
  return {
    ...stores,
    calls,
    url,
    secretsManager: async () => new SecretsManager(settings),
    scheduler: async () => new Scheduler(settings),
    eventBridge: async () => new EventBridge(settings),
  };
}

/** Returns settings for one attempt, with credentials that are not real. */
export const clientSettings = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
});
