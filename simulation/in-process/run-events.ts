import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { eventBridgeRunEvents, type RunEvents } from '../../lambdas/adapters/aws/run-events.ts';
import type { JsonObject } from '../world/aws-operations.ts';
import type { EventStore } from '../world/event-store.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

/** The real adapter of the events that a run puts, on a bus in memory. It tells nobody what is lost. */
export function inProcessRunEvents({ operations }: EventStore, wire: Wire): RunEvents {
  const client = {
    putEvents: (input: JsonObject) =>
      carried(wire, { op: 'event', about: 'PutEvents', changes: true }, () =>
        operations.PutEvents({ ...input }),
      ),
  };
  return eventBridgeRunEvents(
    () => 'simulated',
    // The one call that the adapter makes, without the overloads and the rest of the SDK's client.
    async () => client as unknown as EventBridge,
    () => {},
  );
}
