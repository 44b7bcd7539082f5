import { Logger } from '@aws-lambda-powertools/logger';
import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { causeOf } from '../../domain/cause.ts';
import {
  detailTypes,
  EVENT_SOURCE,
  type RunEvent,
  type RunEventDetail,
} from '../../domain/memory/run-event.ts';
import { organizationFromEnvironment } from '../environment.ts';
import { scrub } from '../scrub.ts';
import { awsClientSettings, awsRefusal } from './aws.ts';
import { loaded } from './loaded.ts';
import { emit, type Metrics } from './metrics.ts';

/** Where a run reports what becomes of it, for a chat, a pager or any other subscriber. */
export interface RunEvents {
  put(event: RunEvent): Promise<void>;
  /** Logs, as a warning, that an event was not put. */
  lost(event: RunEvent, why: string): void;
}

type Client = Pick<EventBridge, 'putEvents'>;

/**
 * Puts an event. A failure is logged and rings an alarm of its own (I13), but does not stop the run:
 * subscribers hear less, and no client is locked out for it.
 */
export async function announce(
  { events, metrics }: { events: RunEvents; metrics: Metrics },
  event: RunEvent,
): Promise<void> {
  const value = await events.put(event).then(
    () => 0,
    (error) => {
      const { name, message } = awsRefusal(error);
      events.lost(event, `${name}: ${message}`);
      return 1;
    },
  );
  await emit(metrics, () => [{ name: 'EventsLost', value }]);
}

/**
 * Puts events on the account's default bus of EventBridge. Rejects with the error of the SDK, or of the bus,
 * for an event that was not taken.
 */
export function eventBridgeRunEvents(
  organization: () => string,
  connect: () => Promise<Client> = eventBridgeClient(),
  warn: (text: string) => void = warnLogged,
): RunEvents {
  return {
    async put({ kind, detail }) {
      const entry = {
        Source: EVENT_SOURCE,
        DetailType: detailTypes[kind],
        Resources: [detail.execution],
        Detail: JSON.stringify({ organization: organization(), ...readable(detail) }),
      };
      const { FailedEntryCount, Entries } = await (await connect()).putEvents({ Entries: [entry] });
      if (!FailedEntryCount) return;
      const { ErrorCode = 'Failed', ErrorMessage = 'the bus did not take it' } = Entries?.[0] ?? {};
      throw Object.assign(new Error(ErrorMessage), { name: ErrorCode });
    },
    lost: ({ kind }, why) => warn(`the event "${detailTypes[kind]}" was not put: ${why}`),
  };
}

/** Returns the default bus, for the organization that the environment names. */
export const runEventsFromEnvironment = (): RunEvents => eventBridgeRunEvents(organizationFromEnvironment);

/**
 * Returns an event whose texts by people and services are short and free of anything that looks like a secret
 * (I14).
 */
function readable({ cause, ...detail }: RunEventDetail): RunEventDetail {
  return {
    ...detail,
    summary: scrub(causeOf(detail.summary)),
    ...(cause !== undefined && { cause: scrub(causeOf(cause)) }),
    blocked: detail.blocked.map((one) => ({ ...one, reason: scrub(one.reason) })),
  };
}

const sdk = loaded(() => import('@aws-sdk/client-eventbridge'));

/** Returns a function that connects once, at first use. */
function eventBridgeClient(): () => Promise<Client> {
  let client: Promise<Client> | undefined;
  return () => {
    client ??= sdk().then(({ EventBridge }) => new EventBridge(settings));
    return client;
  };
}

/** The rotation waits for this call, so the limits are shorter than for calls that it needs. */
const settings = {
  maxAttempts: 2,
  requestHandler: { ...awsClientSettings.requestHandler, connectionTimeout: 1_000, requestTimeout: 2_000 },
};

const warnLogged = (text: string): void => new Logger({ serviceName: 'windlass' }).warn(text);
